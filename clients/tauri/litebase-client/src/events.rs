//! Events: asked for again and again, and given one by one.

use std::collections::VecDeque;

use litebase_contract::{EventEntry, EventKind, WaitEventsRequest};

use crate::channel::Call;
use crate::client::Client;
use crate::error::Error;

/// The events of one client, beginning with those that describe the present.
#[derive(Debug)]
pub struct Events {
    client: Client,
    kinds: Option<Vec<EventKind>>,
    after: Option<u64>,
    waiting: Option<Call<WaitEventsRequest>>,
    kept: VecDeque<EventEntry>,
    missed: u64,
}

impl Events {
    pub(crate) fn of(client: Client, kinds: Option<Vec<EventKind>>) -> Self {
        Self {
            client,
            kinds,
            after: None,
            waiting: None,
            kept: VecDeque::new(),
            missed: 0,
        }
    }

    /// Waits for the next event. Fails when the link ends. A call that is dropped loses no event.
    pub async fn next(&mut self) -> Result<EventEntry, Error> {
        loop {
            if let Some(event) = self.kept.pop_front() {
                return Ok(event);
            }
            let waiting = match &mut self.waiting {
                Some(waiting) => waiting, // of a call that was dropped
                none => {
                    let request = WaitEventsRequest {
                        kinds: self.kinds.clone(),
                        ..WaitEventsRequest::new(self.after)
                    };
                    none.insert(self.client.start(&request).await?)
                }
            };
            let answer = waiting.wait().await;
            self.waiting = None;
            let answer = answer?;
            self.after = Some(answer.next);
            self.missed += answer.missed;
            self.kept = answer.events.into();
        }
    }

    /// How many events the backend had to drop because they were not read in time. Events that
    /// describe the present follow them.
    pub fn missed(&self) -> u64 {
        self.missed
    }
}
