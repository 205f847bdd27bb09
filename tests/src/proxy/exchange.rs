//! Requests and the answers that a client waited for.

use super::{Direction, Message};

/// What execute a statement.
const STATEMENTS: [&str; 4] = ["Execute", "Query", "COM_STMT_EXECUTE", "COM_QUERY"];
/// What a driver sends to hear whether somebody is there, alone.
const PINGS: [&str; 2] = ["Sync", "COM_PING"];

/// What a client sent before it had to wait, and what it was answered: one round trip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// On which connection.
    pub connection: usize,
    /// What the client sent.
    pub requests: Vec<Message>,
    /// The names of what the server sent before the client spoke again.
    pub answers: Vec<&'static str>,
}

impl Exchange {
    /// How many statements were executed in it.
    #[must_use]
    pub fn statements(&self) -> usize {
        let is_statement = |request: &&Message| STATEMENTS.contains(&request.name);
        self.requests.iter().filter(is_statement).count()
    }

    /// True if the client only asked whether somebody is there.
    #[must_use]
    pub fn is_ping(&self) -> bool {
        matches!(self.requests.as_slice(), [request] if PINGS.contains(&request.name))
    }

    /// The SQL texts in it.
    pub fn sql(&self) -> impl Iterator<Item = &str> {
        self.requests
            .iter()
            .filter_map(|request| request.sql.as_deref())
    }
}

/// Cuts what was recorded into round trips, in the order of their requests.
///
/// What a server says unasked belongs to the request before it; before the first one it is left
/// out.
#[must_use]
pub fn exchanges(messages: &[Message]) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for message in messages {
        let last = exchanges
            .iter_mut()
            .rev()
            .find(|exchange| exchange.connection == message.connection);
        match (message.direction, last) {
            (Direction::ToClient, None) => {}
            (Direction::ToClient, Some(exchange)) => exchange.answers.push(message.name),
            (Direction::ToServer, Some(exchange)) if exchange.answers.is_empty() => {
                exchange.requests.push(message.clone());
            }
            (Direction::ToServer, _) => exchanges.push(Exchange {
                connection: message.connection,
                requests: vec![message.clone()],
                answers: Vec::new(),
            }),
        }
    }
    exchanges
}

#[cfg(test)]
mod tests {
    use super::{Direction, Message, exchanges};

    /// `>` comes from a client, `<` from the server; the number is the connection's.
    fn messages(text: &'static str) -> Vec<Message> {
        text.split_whitespace()
            .map(|word| {
                let (connection, rest) = word.split_at(1);
                let (sender, name) = rest.split_at(1);
                let is_request = sender == ">";
                Message {
                    connection: connection.parse().expect("a digit"),
                    direction: [Direction::ToClient, Direction::ToServer][usize::from(is_request)],
                    name,
                    length: 5,
                    sql: None,
                }
            })
            .collect()
    }

    #[test]
    fn a_client_that_waits_twice_makes_two_round_trips() {
        let heard = messages("0>Parse 0>Sync 0<ReadyForQuery 0>Bind 0>Execute 0>Sync 0<DataRow");

        let exchanges = exchanges(&heard);

        let statements: Vec<_> = exchanges.iter().map(super::Exchange::statements).collect();
        assert_eq!(statements, [0, 1]);
        assert_eq!(exchanges[1].answers, ["DataRow"]);
    }

    #[test]
    fn connections_have_their_own_round_trips() {
        let heard = messages("0>Query 1>Query 1<packet 0<packet 1>COM_PING 0>Query 0<packet");

        let exchanges = exchanges(&heard);

        let connections: Vec<_> = exchanges.iter().map(|one| one.connection).collect();
        assert_eq!(connections, [0, 1, 1, 0]);
    }

    #[test]
    fn a_lone_sync_is_a_ping_and_one_after_an_execute_is_none() {
        let heard = messages("0>Execute 0>Sync 0<ReadyForQuery 0>Sync 0<ReadyForQuery");

        let pings: Vec<_> = exchanges(&heard)
            .iter()
            .map(super::Exchange::is_ping)
            .collect();

        assert_eq!(pings, [false, true]);
    }
}
