//! Role × action: the one decision behind pages, server functions, REST and the live socket.

use serde::{Deserialize, Serialize};

use super::agent::Role;
use super::ids::{AgentId, ApiKeyId};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    Agent { id: AgentId, role: Role },
    Key { id: ApiKeyId, role: Role },
}

impl Actor {
    pub fn role(&self) -> Role {
        match self {
            Self::Agent { role, .. } | Self::Key { role, .. } => *role,
        }
    }

    pub fn agent_id(&self) -> Option<&AgentId> {
        match self {
            Self::Agent { id, .. } => Some(id),
            Self::Key { .. } => None,
        }
    }

    /// The name under which a client message id is unique (design.md, "Seq and unseen").
    pub fn writer(&self) -> String {
        match self {
            Self::Agent { id, .. } => format!("agent:{id}"),
            Self::Key { id, .. } => format!("key:{id}"),
        }
    }
}

/// What they want to do. Which conversations they reach is `visible_to`'s part, in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    ReadConversations,
    Reply,
    /// Move the shared read mark, and with it the customer's blue tick.
    MarkRead,
    /// Name a customer, say who is who, block them.
    EditCustomer,
    /// What messages said before they were edited or deleted.
    ReadHistory,
    SeeSettings,
    ManageChannels,
    ManagePeople,
    ManageKeys,
    SeeMetrics,
}

impl Action {
    pub const ALL: [Action; 10] = [
        Action::ReadConversations,
        Action::Reply,
        Action::MarkRead,
        Action::EditCustomer,
        Action::ReadHistory,
        Action::SeeSettings,
        Action::ManageChannels,
        Action::ManagePeople,
        Action::ManageKeys,
        Action::SeeMetrics,
    ];
}

/// Proof that [`authorize`] said yes. Writers in the store ask for one; nothing else makes one.
#[derive(Clone, Debug)]
pub struct Permit {
    actor: Actor,
    action: Action,
}

impl Permit {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn action(&self) -> Action {
        self.action
    }
}

/// The actor's role does not include the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied;

pub fn authorize(actor: &Actor, action: Action) -> Result<Permit, Denied> {
    if allows(actor, action) { Ok(Permit { actor: actor.clone(), action }) } else { Err(Denied) }
}

fn allows(actor: &Actor, action: Action) -> bool {
    match action {
        Action::ReadConversations | Action::Reply | Action::EditCustomer | Action::SeeMetrics => true,
        // A supervisor who watches moves nothing; an API key has no eyes.
        Action::MarkRead => matches!(actor, Actor::Agent { role: Role::Agent | Role::Admin, .. }),
        Action::ReadHistory => matches!(actor.role(), Role::Supervisor | Role::Admin),
        Action::SeeSettings | Action::ManageChannels | Action::ManagePeople | Action::ManageKeys => {
            actor.role() == Role::Admin
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix() {
        let agent = |role| Actor::Agent { id: AgentId::from_text("a"), role };
        let key = |role| Actor::Key { id: ApiKeyId::from_text("k"), role };
        use Action::*;
        for (name, actor, allowed) in [
            ("agent", agent(Role::Agent), vec![ReadConversations, Reply, MarkRead, EditCustomer, SeeMetrics]),
            (
                "supervisor",
                agent(Role::Supervisor),
                vec![ReadConversations, Reply, EditCustomer, ReadHistory, SeeMetrics],
            ),
            ("admin", agent(Role::Admin), Action::ALL.to_vec()),
            ("agent key", key(Role::Agent), vec![ReadConversations, Reply, EditCustomer, SeeMetrics]),
            (
                "admin key",
                key(Role::Admin),
                vec![
                    ReadConversations,
                    Reply,
                    EditCustomer,
                    ReadHistory,
                    SeeSettings,
                    ManageChannels,
                    ManagePeople,
                    ManageKeys,
                    SeeMetrics,
                ],
            ),
        ] {
            for action in Action::ALL {
                assert_eq!(authorize(&actor, action).is_ok(), allowed.contains(&action), "{name} {action:?}");
            }
        }
    }
}
