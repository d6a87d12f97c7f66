//! Amounts of money by the browser's own `Intl`.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::time;
use crate::domain::agent::Locale;

/// `amount` (decimal text) in `currency` (ISO 4217), as the page's language writes it. What is no amount, or no
/// currency, stays as it came.
pub fn money(locale: Locale, amount: &str, currency: &str) -> String {
    formatted(locale, amount, currency).unwrap_or_else(|| format!("{amount} {currency}").trim().to_owned())
}

fn formatted(locale: Locale, amount: &str, currency: &str) -> Option<String> {
    // `Intl` throws at anything but three letters.
    let known = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !known || amount.parse::<f64>().is_ok_and(|amount| !amount.is_finite()) || amount.parse::<f64>().is_err() {
        return None;
    }
    let options = Object::new();
    for (key, value) in [("style", "currency"), ("currency", currency), ("currencyDisplay", "symbol")] {
        Reflect::set(&options, &key.into(), &value.into()).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"NumberFormat".into()).ok()?.dyn_into().ok()?;
    let formatter = Reflect::construct(&class, &Array::of2(&time::tag(locale).into(), &options)).ok()?;
    let format: Function = Reflect::get(&formatter, &"format".into()).ok()?.dyn_into().ok()?;
    // As text: a number of JavaScript's would round what is exact.
    format.call1(&JsValue::UNDEFINED, &amount.into()).ok()?.as_string()
}
