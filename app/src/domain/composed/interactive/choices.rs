//! Reply buttons, and the rows of a list: what a customer answers with by one tap.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::check_title;
use crate::domain::composed::{Fault, Problem, counted, fits, needed};
use crate::domain::content::{ListRow, ListSection};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Comes back with the tap.
    pub id: String,
    pub title: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: Option<String>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Comes back with the choice.
    pub id: String,
    pub title: String,
    pub description: Option<String>,
}

impl Section {
    pub(super) fn shown(&self) -> ListSection {
        let row = |row: &Row| ListRow { title: row.title.clone(), description: row.description.clone() };
        ListSection { title: self.title.clone(), rows: self.rows.iter().map(row).collect() }
    }
}

pub(super) fn check_buttons(buttons: &[Button]) -> Result<(), Fault> {
    let list = "interactive.action.buttons";
    counted(list, buttons.len())?;
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for (at, button) in buttons.iter().enumerate() {
        let (id, title) = (format!("{list}[{at}].reply.id"), format!("{list}[{at}].reply.title"));
        needed(&title, &button.title)?;
        needed(&id, &button.id)?;
        unique(&mut titles, title, button.title.trim())?;
        unique(&mut ids, id, &button.id)?;
    }
    Ok(())
}

pub(super) fn check_list(button: &str, sections: &[Section]) -> Result<(), Fault> {
    let list = "interactive.action.sections";
    needed("interactive.action.button", button)?;
    counted(list, sections.len())?;
    let (mut ids, mut rows) = (HashSet::new(), 0);
    for (at, section) in sections.iter().enumerate() {
        let list = format!("{list}[{at}]");
        check_title(&list, section.title.as_deref(), sections.len())?;
        rows += section.rows.len();
        let of = format!("{list}.rows");
        counted(&of, if section.rows.is_empty() { 0 } else { rows })?;
        for (at, row) in section.rows.iter().enumerate() {
            let row_id = format!("{of}[{at}].id");
            needed(&format!("{of}[{at}].title"), &row.title)?;
            needed(&row_id, &row.id)?;
            fits(&format!("{of}[{at}].description"), row.description.as_deref().unwrap_or_default())?;
            unique(&mut ids, row_id, &row.id)?;
        }
    }
    Ok(())
}

fn unique<'a>(seen: &mut HashSet<&'a str>, field: String, value: &'a str) -> Result<(), Fault> {
    if seen.insert(value) { Ok(()) } else { Err(Fault::new(field, Problem::Repeated)) }
}
