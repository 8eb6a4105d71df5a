//! The rows of a statement, one window after the other or anywhere in the result.

use litebase_contract::{CloseResultRequest, CutCell, FetchRequest, QueryResponse, Row};

use crate::client::Client;
use crate::error::Error;

const WINDOW_ROWS: u64 = 1000;
const MOST_ROWS: u64 = 100_000;

/// A range of the rows of a result.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Window {
    /// The place of the first row in the result, from 0.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<Row>,
    /// Cells of this window that travel shortened; `cell_fetch` reads the whole.
    pub cut_cells: Vec<CutCell>,
}

/// The result of a statement. Dropping it closes the result in the backend.
#[derive(Debug)]
pub struct Windows {
    client: Client,
    answer: QueryResponse,
    first: Option<Window>,
    size: u64,
    next: u64,
    complete: bool,
}

impl Windows {
    pub(crate) fn of(client: Client, mut answer: QueryResponse, size: Option<u64>) -> Self {
        let (rows, cut_cells) = (
            std::mem::take(&mut answer.rows),
            std::mem::take(&mut answer.cut_cells),
        );
        let complete = answer.complete;
        let first = (!rows.is_empty()).then_some(Window {
            offset: 0,
            rows,
            cut_cells,
        });
        let size = size.unwrap_or(WINDOW_ROWS).clamp(1, MOST_ROWS);
        Self {
            client,
            answer,
            first,
            size,
            next: 0,
            complete,
        }
    }

    /// The answer to the query, without its rows.
    pub fn answer(&self) -> &QueryResponse {
        &self.answer
    }

    /// The next window, or `None` after the last row. A call that is dropped loses no row.
    pub async fn next(&mut self) -> Result<Option<Window>, Error> {
        if let Some(window) = self.first.take() {
            self.next = window.rows.len() as u64;
            return Ok(Some(window));
        }
        if self.complete {
            return Ok(None);
        }
        let (window, complete) = self.fetch(self.next, self.size).await?;
        self.next += window.rows.len() as u64;
        self.complete = complete;
        Ok((!window.rows.is_empty()).then_some(window))
    }

    /// Rows from anywhere in the result. Only a result that was not complete in the answer, or that
    /// `keep_result` keeps, has any.
    pub async fn at(&self, offset: u64, limit: u64) -> Result<Window, Error> {
        Ok(self.fetch(offset, limit).await?.0)
    }

    async fn fetch(&self, offset: u64, limit: u64) -> Result<(Window, bool), Error> {
        let id = self.answer.result_id.clone().unwrap_or_default(); // an empty one is refused
        let answer = self
            .client
            .call(&FetchRequest::new(id, offset, limit))
            .await?;
        let window = Window {
            offset: answer.offset,
            rows: answer.rows,
            cut_cells: answer.cut_cells,
        };
        Ok((window, answer.complete))
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        let further = self.answer.more_results.iter().map(|one| &one.result_id);
        for id in self.answer.result_id.iter().chain(further.flatten()) {
            self.client.tell(&CloseResultRequest::new(id.clone()));
        }
    }
}
