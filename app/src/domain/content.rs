//! What a message carries beside its words, one shape per way of showing it. Read from Meta's JSON once, on arrival, so
//! that screens know no JSON of Meta's.
//!
//! Enums here are tagged from outside, which costs the browser's program least.

use serde::{Deserialize, Serialize};

use super::ids::MessageId;
use super::media::MediaKind;
use super::message::{MessageError, MessageStatus};

/// All there is beside the text; absent for plain text without marks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Forwarded>,
    /// The advertisement that led the customer here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    /// The product the customer asks about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductRef>,
}

impl Content {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The part that is shown in a way of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Location(Location),
    Contacts(Vec<ContactCard>),
    /// A button pressed or a row chosen; the text is its title.
    Choice(Choice),
    /// An answered form.
    Form(Form),
    Order(Order),
    System(SystemNote),
    Call(Call),
    /// The customer opened the chat and has written nothing yet.
    Welcome,
    /// Buttons, lists and links that we send.
    Interactive(Interactive),
    /// A template that we send; the text is its body as the customer reads it.
    Template(TemplateShown),
    /// WhatsApp has it, the API does not hand it out.
    Unsupported(Unsupported),
    /// A type we do not know, readable as names and values.
    Unknown(Vec<Fact>),
}

/// A name and a value, as the sender wrote them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub name: String,
    pub value: String,
}

impl Fact {
    /// The name as a person writes it: `screen_0.first_name` → `Screen 0 · First name`.
    pub fn label(&self) -> String {
        let parts: Vec<String> = self.name.split('.').map(words_of).filter(|words| !words.is_empty()).collect();
        if parts.is_empty() { self.name.clone() } else { parts.join(" · ") }
    }
}

/// `first_name` → `First name`, `orderID` → `Order ID`.
fn words_of(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if c.is_whitespace() || matches!(c, '_' | '-') {
            if before != ' ' {
                words.push(' ');
            }
            before = ' ';
            continue;
        }
        if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
            words.push(c);
        } else if words.is_empty() {
            words.extend(c.to_uppercase());
        } else {
            words.push(c);
        }
        before = c;
    }
    words.trim_end().to_owned()
}

word_enum!(
    /// How often a message was passed on before it came to us: up to five times, or more.
    Forwarded { Once => "forwarded", Often => "often" }
);

/// Coordinates stay decimal text in degrees: shown and copied, never computed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    pub latitude: String,
    pub longitude: String,
    pub name: Option<String>,
    pub address: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactCard {
    pub name: String,
    /// Company, department, job: what there is.
    pub work: Option<String>,
    pub birthday: Option<String>,
    pub phones: Vec<CardPhone>,
    pub emails: Vec<String>,
    pub addresses: Vec<String>,
    pub urls: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPhone {
    /// As the sender's phone book has it.
    pub shown: String,
    /// E.164 with `+`, when it can be read as a number.
    pub phone: Option<String>,
    /// WhatsApp knows the number: a chat can be started.
    pub on_whatsapp: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Our own id of the button or row.
    pub id: String,
    pub description: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The form's answers, in its order; empty when they could not be read.
    pub answers: Vec<Fact>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub catalog_id: String,
    pub items: Vec<OrderItem>,
    /// One sum for each currency, as decimal text.
    pub totals: Vec<Money>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItem {
    /// The shop's own id of the product.
    pub retailer_id: String,
    pub quantity: i64,
    /// Of one piece.
    pub price: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Decimal text, as Meta gave it.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// What WhatsApp itself says of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemNote {
    /// E.164 with `+`, when told.
    NumberChanged {
        to: Option<String>,
    },
    UserIdChanged,
    /// Their device or app is new: the safety number changed.
    IdentityChanged,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The customer called; otherwise the business did.
    pub by_customer: bool,
    /// Meta's last word: `connect`, `terminate`, `completed`, `failed`, …
    pub state: String,
    pub duration_s: Option<i64>,
}

/// What we send to be answered by a tap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interactive {
    pub header: Option<String>,
    /// What the file in the header's place was sent as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<MediaKind>,
    pub footer: Option<String>,
    pub action: Action,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Titles of the reply buttons.
    Buttons(Vec<String>),
    List {
        button: String,
        sections: Vec<ListSection>,
    },
    Link {
        label: String,
        url: String,
    },
    Flow {
        label: String,
    },
    /// Ids of the products, in the shop's own words.
    Products(Vec<String>),
    /// Several products in sections; a row's title is the product's id.
    Shelves(Vec<ListSection>),
    Catalog,
    AskLocation,
    AskAddress,
    AskContact,
    AskCall,
    /// An action we do not know, by Meta's word.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListSection {
    pub title: Option<String>,
    pub rows: Vec<ListRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    pub title: String,
    pub description: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateShown {
    pub name: String,
    pub language: String,
    pub header: Option<String>,
    pub footer: Option<String>,
    /// Labels of its buttons.
    pub buttons: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsupported {
    /// Meta's word for it, when it says one: `poll`, `edit`, …
    pub what: Option<String>,
    /// Only this device of the customer may read it for now; the message itself may follow (131060).
    pub may_follow: bool,
}

/// A click-to-WhatsApp advertisement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Referral {
    pub headline: Option<String>,
    pub body: Option<String>,
    pub source_url: Option<String>,
    /// `ad` or `post`.
    pub source_type: Option<String>,
    /// `image` or `video`.
    pub media_type: Option<String>,
    /// What the ad greeted the customer with.
    pub welcome: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRef {
    pub catalog_id: String,
    pub retailer_id: String,
}

/// One person's or the business's emoji on a message; WhatsApp keeps one for each side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    pub by: ReactionSide,
    pub emoji: String,
    pub at_ms: i64,
    /// Who of us it was, when it was sent from here.
    pub agent_id: Option<super::ids::AgentId>,
    /// The message that carries it, when it was sent from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<Box<Carrier>>,
}

/// How a reaction of ours is on its way: it travels as a message of its own, which no thread shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carrier {
    pub message_id: MessageId,
    pub status: MessageStatus,
    pub error: Option<MessageError>,
}

word_enum!(ReactionSide { Customer => "customer", Business => "business" });

/// The reactions after a newer one; an empty emoji takes one away. `None` when it is older than what is known: a removal
/// stays as an empty emoji, so that a late copy of the reaction before it changes nothing.
pub fn react(held: &[Reaction], new: Reaction) -> Option<Vec<Reaction>> {
    let at = held.iter().position(|reaction| reaction.by == new.by);
    if at.is_some_and(|at| held[at].at_ms > new.at_ms || held[at] == new) {
        return None;
    }
    let mut after = held.to_vec();
    match at {
        Some(at) => after[at] = new,
        None => after.push(new),
    }
    after.sort_by_key(|reaction| reaction.by == ReactionSide::Business);
    Some(after)
}

/// A file that came or goes with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    pub id: super::ids::MediaId,
    pub state: MediaState,
    /// The type our own look at its first bytes found, else what the sender said.
    pub mime: String,
    pub file_name: Option<String>,
    pub size_bytes: Option<i64>,
    /// Recorded into the chat, not picked from files.
    pub voice: bool,
    pub animated: bool,
    /// In pixels; of pictures.
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// Of sound, when known.
    pub duration_ms: Option<i64>,
    /// Loudness over time of a voice note, 0-31 each; empty when not known.
    pub waveform: Vec<u8>,
    /// A small picture of it is kept.
    pub has_thumbnail: bool,
    /// Where Meta fetched it, when an integrator sent an address instead of a file.
    pub link: Option<String>,
}

word_enum!(
    /// Where a file is.
    MediaState {
        /// With Meta; ours to fetch.
        Waiting => "waiting",
        /// Here.
        Ready => "ready",
        /// Could not be had yet; tried again.
        Retrying => "retrying",
        /// Meta has it no more, or never handed it out.
        Gone => "gone",
        /// Larger than its type may be.
        TooLarge => "too_large",
        /// Its bytes are not what its sender signed.
        Damaged => "damaged",
        /// Sent by its address: Meta fetched it there, and we hold no copy.
        Linked => "linked",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    fn reaction(by: ReactionSide, emoji: &str, at_ms: i64) -> Reaction {
        Reaction { by, emoji: emoji.to_owned(), at_ms, agent_id: None, carrier: None }
    }

    #[test]
    fn the_newest_reaction_of_each_side_stands() {
        use ReactionSide::{Business, Customer};
        let held = [reaction(Customer, "👍", 5)];
        for (name, new, expected) in [
            ("newer replaces", reaction(Customer, "❤️", 6), Some(vec![reaction(Customer, "❤️", 6)])),
            ("older changes nothing", reaction(Customer, "❤️", 4), None),
            ("the same again changes nothing", reaction(Customer, "👍", 5), None),
            ("taken away", reaction(Customer, "", 7), Some(vec![reaction(Customer, "", 7)])),
            (
                "the other side's stands beside it",
                reaction(Business, "🙏", 1),
                Some(vec![reaction(Customer, "👍", 5), reaction(Business, "🙏", 1)]),
            ),
        ] {
            assert_eq!(react(&held, new), expected, "{name}");
        }
    }

    #[test]
    fn names_of_fields_become_labels() {
        for (name, expected) in [
            ("rating", "Rating"),
            ("first_name", "First name"),
            ("firstName", "First Name"),
            ("address.in_pin_code", "Address · In pin code"),
            ("items.1.sku", "Items · 1 · Sku"),
            ("orderID", "Order ID"),
            ("اسم_العميل", "اسم العميل"),
            ("__", "__"),
            ("", ""),
        ] {
            let fact = Fact { name: name.to_owned(), value: String::new() };
            assert_eq!(fact.label(), expected, "{name}");
        }
    }

    #[test]
    fn content_survives_its_journey() {
        let content = Content {
            part: Some(Part::Location(Location {
                latitude: "30.04".to_owned(),
                longitude: "31.23".to_owned(),
                name: Some("ريحان".to_owned()),
                address: None,
            })),
            forwarded: Some(Forwarded::Often),
            ..Content::default()
        };
        let text = serde_json::to_string(&content).unwrap();
        assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), content);
        assert_eq!(serde_json::to_string(&Content::default()).unwrap(), "{}");
    }
}
