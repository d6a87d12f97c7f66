//! The first-run choice: a real number, or simulated customers.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::error::AppError;

/// Makes the simulated number and its customers. Marks this data folder as a demo for good.
///
/// # Errors
/// Not an admin, there are numbers already, or the server is reachable from outside this machine.
#[server(prefix = "/fn", endpoint = "welcome/demo", input = Json)]
pub async fn start_demo() -> Result<(), AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    ctx.house.services.start_demo().await
}
