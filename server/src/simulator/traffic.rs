//! Customers who write by themselves, so that a demo is alive without anybody at the phones.

use std::time::Duration;

use super::dice::Dice;
use super::phones::Phones;
use super::seed::exchanges::{Exchange, written};
use super::webhook::Content;

/// Every now and then somebody begins a new matter.
pub(super) async fn flow(phones: Phones, every: Duration) {
    let written = match written() {
        Ok(written) => written,
        Err(error) => return tracing::error!(%error, "the written exchanges cannot be read"),
    };
    let mut dice = Dice::fresh();
    loop {
        // From half to one and a half of the wanted time.
        let wait_ms = dice.between(50, 150) * i64::try_from(every.as_millis()).unwrap_or(i64::MAX / 200) / 100;
        tokio::time::sleep(Duration::from_millis(wait_ms.unsigned_abs())).await;
        let unplayed = phones.unplayed();
        let Some((key, country)) = dice.pick(&unplayed) else { continue };
        let of_country: Vec<&Exchange> =
            written.exchanges.iter().filter(|exchange| exchange.countries().contains(&country.as_str())).collect();
        let Some(exchange) = dice.pick(&of_country) else { continue };
        for opening in openings(exchange) {
            tokio::time::sleep(Duration::from_millis(dice.between(1_500, 6_000).unsigned_abs())).await;
            phones.say(key, &Content::text(opening));
        }
    }
}

/// What a customer says before the first answer, where no placeholder needs a value.
fn openings(exchange: &Exchange) -> impl Iterator<Item = &str> {
    let first_turn = exchange.messages.iter().take_while(|line| line.is_customers());
    first_turn.filter_map(|line| line.text.as_deref()).filter(|text| !text.contains('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_whole() {
        let written = written().unwrap();
        let with_some = written.exchanges.iter().filter(|exchange| openings(exchange).count() > 0).count();
        assert!(with_some > 30);
        for exchange in &written.exchanges {
            assert!(openings(exchange).all(|text| !text.is_empty() && !text.contains('{')));
        }
    }
}
