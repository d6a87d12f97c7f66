//! Products of a catalogue, by the shop's own ids.

use serde::{Deserialize, Serialize};

use super::check_title;
use crate::domain::composed::{Fault, counted, needed};
use crate::domain::content::{ListRow, ListSection};

/// Products under one title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    pub title: Option<String>,
    pub retailer_ids: Vec<String>,
}

impl Shelf {
    pub(super) fn shown(&self) -> ListSection {
        let row = |id: &String| ListRow { title: id.clone(), description: None };
        ListSection { title: self.title.clone(), rows: self.retailer_ids.iter().map(row).collect() }
    }
}

pub(super) fn check_shelves(catalog_id: &str, shelves: &[Shelf]) -> Result<(), Fault> {
    let list = "interactive.action.sections";
    needed("interactive.action.catalog_id", catalog_id)?;
    counted(list, shelves.len())?;
    let mut products = 0;
    for (at, shelf) in shelves.iter().enumerate() {
        let list = format!("{list}[{at}]");
        check_title(&list, shelf.title.as_deref(), shelves.len())?;
        products += shelf.retailer_ids.len();
        let of = format!("{list}.product_items");
        counted(&of, if shelf.retailer_ids.is_empty() { 0 } else { products })?;
        for (at, id) in shelf.retailer_ids.iter().enumerate() {
            needed(&format!("{of}[{at}].product_retailer_id"), id)?;
        }
    }
    Ok(())
}
