//! Callers in processes of their own, which talk JSON lines with this one.

use std::process::Stdio;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::moment::Moment;
use super::release::{self, Call, Place};
use super::{Race, Scene, Setting, database};

/// More than the machine needs to have calls at once, and few enough for a server's limit.
const MAX_PROCESSES: usize = 4;

/// How long the processes have to read their line before the calls begin.
const HEAD_START_MILLIS: u64 = 3;

/// Tells a child where the database is; an argument could be read by everybody.
pub const URL_VARIABLE: &str = "AUTHJS_TORTURE_URL";

/// What a child is told to do.
#[derive(Serialize, Deserialize)]
struct Order {
    scene: Scene,
    callers: Vec<usize>,
    at: Moment,
}

pub(super) struct Processes {
    children: Vec<Caller>,
}

/// One child, and the callers that it has.
struct Caller {
    // Killed when it is dropped.
    _process: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    callers: Vec<usize>,
}

impl Processes {
    pub(super) async fn start(
        race: &'static dyn Race,
        callers: usize,
        setting: Setting,
        place: Place<'_>,
    ) -> Self {
        let count = callers.min(MAX_PROCESSES);
        let mut children: Vec<Caller> = (0..count)
            .map(|number| {
                let callers = (number..callers).step_by(count).collect();
                Caller::start(race, callers, setting, place)
            })
            .collect();
        for child in &mut children {
            // It says one word when it is connected.
            child.answer().await;
        }
        Self { children }
    }

    pub(super) async fn release(&mut self, scene: &Scene) -> Vec<Call> {
        let at = Moment::now().after_millis(HEAD_START_MILLIS);
        for child in &mut self.children {
            child.order(scene, at).await;
        }
        let mut calls = Vec::new();
        for child in &mut self.children {
            let answer = child.answer().await;
            let of_child: Vec<Call> = serde_json::from_str(&answer).expect("the calls of a child");
            calls.extend(of_child);
        }
        calls
    }
}

impl Caller {
    fn start(
        race: &'static dyn Race,
        callers: Vec<usize>,
        setting: Setting,
        place: Place<'_>,
    ) -> Self {
        let mut process = Command::new(place.program)
            .args(["child", race.facts().name])
            .args([&setting.pool.to_string(), setting.isolation.name()])
            .env(URL_VARIABLE, place.url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a child can be started");
        let answers = process.stdout.take().expect("its output is piped");
        Self {
            orders: process.stdin.take().expect("its input is piped"),
            answers: BufReader::new(answers).lines(),
            callers,
            _process: process,
        }
    }

    async fn order(&mut self, scene: &Scene, at: Moment) {
        let order = Order {
            scene: scene.clone(),
            callers: self.callers.clone(),
            at,
        };
        let mut line = serde_json::to_vec(&order).expect("an order is JSON");
        line.push(b'\n');
        self.orders.write_all(&line).await.expect("the child reads");
    }

    async fn answer(&mut self) -> String {
        let line = self.answers.next_line().await.expect("the child writes");
        line.expect("the child has not ended")
    }
}

/// What a child does: it connects, and makes the calls that it is told to make until nobody
/// gives orders any more.
pub async fn serve_race(race: &'static dyn Race, setting: Setting) {
    let url = std::env::var(URL_VARIABLE).expect("a child is told where the database is");
    let store = database::open(&url, setting).await;
    let mut output = tokio::io::stdout();
    let mut orders = BufReader::new(tokio::io::stdin()).lines();
    write_line(&mut output, b"\"connected\"".to_vec()).await;
    while let Some(line) = orders.next_line().await.expect("orders are text") {
        let order: Order = serde_json::from_str(&line).expect("an order");
        let calls =
            release::release(race, &store, &order.scene, &order.callers, Some(order.at)).await;
        write_line(
            &mut output,
            serde_json::to_vec(&calls).expect("calls are JSON"),
        )
        .await;
    }
}

async fn write_line(output: &mut tokio::io::Stdout, mut line: Vec<u8>) {
    line.push(b'\n');
    output.write_all(&line).await.expect("the parent reads");
    output.flush().await.expect("the parent reads");
}
