//! The report that nextest writes.

use anyhow::{Context as _, Result};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The paths of the tests that passed.
pub(crate) fn passed(xml: &str) -> Result<Vec<String>> {
    let mut reader = Reader::from_str(xml);
    let mut passed = Vec::new();
    loop {
        match reader
            .read_event()
            .context("the report of nextest is not XML")?
        {
            Event::Start(element) | Event::Empty(element)
                if element.name().as_ref() == "testcase" =>
            {
                passed.push(name(&element)?);
            }
            // Inside of the test that was pushed last.
            Event::Start(element) | Event::Empty(element)
                if matches!(element.name().as_ref(), "failure" | "error" | "skipped") =>
            {
                passed.pop();
            }
            Event::Eof => return Ok(passed),
            _ => {}
        }
    }
}

fn name(test: &BytesStart<'_>) -> Result<String> {
    let attribute = test
        .try_get_attribute("name")
        .context("the report of nextest is not XML")?
        .context("a test without a name in the report of nextest")?;
    Ok(attribute.value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn only_tests_without_failure_count() {
        let xml = r#"<testsuites><testsuite name="t">
            <testcase name="a::one" time="0.1"></testcase>
            <testcase name="a::two"><failure type="x">no</failure></testcase>
            <testcase name="a::three"/>
            <testcase name="a::four"><skipped/></testcase>
            <testcase name="a::five"><system-out>fine</system-out></testcase>
        </testsuite></testsuites>"#;

        let passed = passed(xml).unwrap();

        assert_eq!(passed, ["a::one", "a::three", "a::five"]);
    }

    #[test]
    fn a_broken_report_is_an_error() {
        assert!(passed("<testsuites><testcase").is_err());
    }
}
