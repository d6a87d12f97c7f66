use serde_json::{Value, json};

use super::Node;
use crate::domain::content::Location;
use crate::error::AppError;

pub fn read(object: &Value) -> Result<Location, AppError> {
    let node = Node::of("location", object, &["latitude", "longitude", "name", "address"])?;
    Ok(Location {
        latitude: node.number("latitude")?,
        longitude: node.number("longitude")?,
        name: node.owned("name")?,
        address: node.owned("address")?,
    })
}

pub fn write(location: &Location) -> Value {
    let mut object = json!({ "latitude": location.latitude, "longitude": location.longitude });
    for (key, text) in [("name", &location.name), ("address", &location.address)] {
        if let Some(text) = text {
            object[key] = json!(text);
        }
    }
    object
}
