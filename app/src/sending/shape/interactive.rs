use serde_json::{Map, Value, json};

use super::Node;
use crate::domain::composed::{Ask, Button, FilePlace, Header, Interactive, Row, Section, Shelf};
use crate::domain::ids::MediaId;
use crate::domain::media::MediaKind;
use crate::error::{AppError, FieldProblem};

pub fn read(object: &Value) -> Result<Interactive, AppError> {
    let node = Node::of("interactive", object, &["type", "header", "body", "footer", "action"])?;
    let word = node.text("type")?;
    let words = |key: &str| -> Result<Option<String>, AppError> {
        node.object(key, &["text"])?.map(|it| it.text("text")).transpose()
    };
    Ok(Interactive {
        ask: ask(&node, &word)?,
        header: node.object("header", &["type", "text", "image", "video", "document"])?.map(header).transpose()?,
        body: words("body")?.unwrap_or_default(),
        footer: words("footer")?,
    })
}

fn header(node: Node<'_>) -> Result<Header, AppError> {
    let word = node.text("type")?;
    if word == "text" {
        return Ok(Header::Text(node.text("text")?));
    }
    let kind = match word.as_str() {
        "image" => MediaKind::Image,
        "video" => MediaKind::Video,
        "document" => MediaKind::Document,
        "" => return Err(AppError::invalid(&node.at("type"), FieldProblem::Missing)),
        _ => return Err(AppError::invalid(&node.at("type"), FieldProblem::Unknown)),
    };
    let keys: &[&str] = match kind {
        MediaKind::Document => &["media_id", "id", "link", "filename"],
        _ => &["media_id", "id", "link"],
    };
    let file = node.needed(&word, keys)?;
    let place = match (file.maybe("media_id")?, file.maybe("id")?, file.maybe("link")?) {
        (Some(id), None, None) => FilePlace::Ours(MediaId::from_text(id)),
        (None, Some(id), None) => FilePlace::Metas(id.to_owned()),
        (None, None, Some(link)) => FilePlace::Link(link.to_owned()),
        (None, None, None) => return Err(AppError::invalid(&file.at("media_id"), FieldProblem::Missing)),
        // Two places: which one is meant?
        _ => return Err(AppError::invalid(&file.at("media_id"), FieldProblem::Malformed)),
    };
    Ok(Header::File { kind, place, name: file.owned("filename")? })
}

/// What can be tapped. A name that says the type again must say the same.
fn ask(node: &Node<'_>, word: &str) -> Result<Ask, AppError> {
    let keys: &[&str] = match word {
        "button" => &["buttons"],
        "list" => &["button", "sections"],
        "cta_url" | "address_message" | "catalog_message" => &["name", "parameters"],
        "location_request_message" | "request_contact_info" => &["name"],
        "product" => &["catalog_id", "product_retailer_id"],
        "product_list" => &["catalog_id", "sections"],
        "" => return Err(AppError::invalid(&node.at("type"), FieldProblem::Missing)),
        _ => return Err(AppError::invalid(&node.at("type"), FieldProblem::Unknown)),
    };
    let action = node.needed("action", keys)?;
    if keys.contains(&"name") && action.maybe("name")?.is_some_and(|name| name != name_of(word)) {
        return Err(AppError::invalid(&action.at("name"), FieldProblem::Malformed));
    }
    let parameters = |keys: &[&str]| action.needed("parameters", keys);
    Ok(match word {
        "button" => {
            Ask::Buttons(action.list("buttons", &["type", "reply"])?.iter().map(button).collect::<Result<_, _>>()?)
        }
        "list" => Ask::List {
            button: action.text("button")?,
            sections: action.list("sections", &["title", "rows"])?.iter().map(section).collect::<Result<_, _>>()?,
        },
        "cta_url" => {
            let parameters = parameters(&["display_text", "url"])?;
            Ask::Link { label: parameters.text("display_text")?, url: parameters.text("url")? }
        }
        "location_request_message" => Ask::Location,
        "request_contact_info" => Ask::Contact,
        "address_message" => Ask::Address { country: parameters(&["country"])?.text("country")? },
        "product" => {
            Ask::Product { catalog_id: action.text("catalog_id")?, retailer_id: action.text("product_retailer_id")? }
        }
        "product_list" => Ask::Products {
            catalog_id: action.text("catalog_id")?,
            shelves: action
                .list("sections", &["title", "product_items"])?
                .iter()
                .map(shelf)
                .collect::<Result<_, _>>()?,
        },
        _ => {
            let key = "thumbnail_product_retailer_id";
            let thumbnail = action.object("parameters", &[key])?.map(|it| it.owned(key)).transpose()?.flatten();
            Ask::Catalog { thumbnail }
        }
    })
}

fn name_of(word: &str) -> &str {
    if word == "location_request_message" { "send_location" } else { word }
}

fn button(node: &Node<'_>) -> Result<Button, AppError> {
    if node.maybe("type")?.is_some_and(|word| word != "reply") {
        return Err(AppError::invalid(&node.at("type"), FieldProblem::Unknown));
    }
    let reply = node.needed("reply", &["id", "title"])?;
    Ok(Button { id: reply.text("id")?, title: reply.text("title")? })
}

fn section(node: &Node<'_>) -> Result<Section, AppError> {
    let rows = node.list("rows", &["id", "title", "description"])?;
    let row = |row: &Node<'_>| -> Result<Row, AppError> {
        Ok(Row { id: row.text("id")?, title: row.text("title")?, description: row.owned("description")? })
    };
    Ok(Section { title: node.owned("title")?, rows: rows.iter().map(row).collect::<Result<_, _>>()? })
}

fn shelf(node: &Node<'_>) -> Result<Shelf, AppError> {
    let items = node.list("product_items", &["product_retailer_id"])?;
    let ids = items.iter().map(|item| item.text("product_retailer_id"));
    Ok(Shelf { title: node.owned("title")?, retailer_ids: ids.collect::<Result<_, _>>()? })
}

pub fn write(interactive: &Interactive) -> Value {
    let word = interactive.ask.word();
    let mut object = json!({ "type": word, "action": action(&interactive.ask) });
    if let Some(header) = &interactive.header {
        object["header"] = write_header(header);
    }
    if !interactive.body.is_empty() {
        object["body"] = json!({ "text": interactive.body });
    }
    if let Some(footer) = &interactive.footer {
        object["footer"] = json!({ "text": footer });
    }
    object
}

fn write_header(header: &Header) -> Value {
    match header {
        Header::Text(text) => json!({ "type": "text", "text": text }),
        Header::File { kind, place, name } => {
            let mut file = Map::new();
            match place {
                FilePlace::Ours(_) => {}
                FilePlace::Metas(id) => drop(file.insert("id".to_owned(), json!(id))),
                FilePlace::Link(link) => drop(file.insert("link".to_owned(), json!(link))),
            }
            if let Some(name) = name {
                file.insert("filename".to_owned(), json!(name));
            }
            json!({ "type": kind, kind.as_str(): file })
        }
    }
}

fn action(ask: &Ask) -> Value {
    let name = name_of(ask.word());
    match ask {
        Ask::Buttons(buttons) => {
            let reply = |it: &Button| json!({ "type": "reply", "reply": { "id": it.id, "title": it.title } });
            json!({ "buttons": buttons.iter().map(reply).collect::<Vec<_>>() })
        }
        Ask::List { button, sections } => {
            json!({ "button": button, "sections": sections.iter().map(write_section).collect::<Vec<_>>() })
        }
        Ask::Link { label, url } => json!({ "name": name, "parameters": { "display_text": label, "url": url } }),
        Ask::Location | Ask::Contact => json!({ "name": name }),
        Ask::Address { country } => json!({ "name": name, "parameters": { "country": country } }),
        Ask::Product { catalog_id, retailer_id } => {
            json!({ "catalog_id": catalog_id, "product_retailer_id": retailer_id })
        }
        Ask::Products { catalog_id, shelves } => {
            json!({ "catalog_id": catalog_id, "sections": shelves.iter().map(write_shelf).collect::<Vec<_>>() })
        }
        Ask::Catalog { thumbnail: Some(id) } => {
            json!({ "name": name, "parameters": { "thumbnail_product_retailer_id": id } })
        }
        Ask::Catalog { thumbnail: None } => json!({ "name": name }),
    }
}

fn write_section(section: &Section) -> Value {
    let row = |row: &Row| {
        let mut object = json!({ "id": row.id, "title": row.title });
        if let Some(description) = row.description.as_ref().filter(|text| !text.is_empty()) {
            object["description"] = json!(description);
        }
        object
    };
    titled(&section.title, json!({ "rows": section.rows.iter().map(row).collect::<Vec<_>>() }))
}

fn write_shelf(shelf: &Shelf) -> Value {
    let item = |id: &String| json!({ "product_retailer_id": id });
    titled(&shelf.title, json!({ "product_items": shelf.retailer_ids.iter().map(item).collect::<Vec<_>>() }))
}

fn titled(title: &Option<String>, mut object: Value) -> Value {
    if let Some(title) = title {
        object["title"] = json!(title);
    }
    object
}
