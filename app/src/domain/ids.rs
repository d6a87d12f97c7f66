//! Names of things: ours are UUIDv7 text, Meta's are whatever Meta sends.

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it stands; nothing is looked up. Only NUL goes: no id holds one, PostgreSQL refuses it.
            pub fn from_text(text: impl Into<String>) -> Self {
                let text = text.into();
                Self(if text.contains('\0') { text.replace('\0', "") } else { text })
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

text_id!(AgentId, ApiKeyId, ChannelId, ContactId, ConversationId, MediaId, MessageId);

text_id!(
    /// Meta's id of a business phone number; webhooks are routed by it.
    PhoneNumberId,
    /// Meta's id of the WhatsApp Business Account a number belongs to.
    WabaId,
    /// Meta's id of one message, unique per number.
    Wamid,
);

#[cfg(feature = "ssr")]
macro_rules! uuid_id {
    ($($name:ident),+) => { $(
        impl $name {
            /// A new id; ids made later sort later.
            #[allow(clippy::new_without_default, reason = "every call is another id")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7().to_string()) // architecture: server only, ids are made there
            }
        }
    )+ };
}

#[cfg(feature = "ssr")]
uuid_id!(AgentId, ApiKeyId, ChannelId, ContactId, ConversationId, MediaId, MessageId);
