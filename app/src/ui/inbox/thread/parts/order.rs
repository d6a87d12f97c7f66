//! What a customer put into the catalogue's cart.

use leptos::prelude::*;

use crate::domain::content::{Money, Order, OrderItem};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::money::money;

pub fn view(order: &Order) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let pieces = order.items.iter().fold(0_i64, |sum, item| sum.saturating_add(item.quantity));
    let items: Vec<_> = order.items.iter().map(item).collect();
    let totals: Vec<_> = order
        .totals
        .iter()
        .map(|total| {
            view! {
                <p class="order__total">
                    <b>{words.total}</b>
                    <b>
                        <bdi>{price(total)}</bdi>
                    </b>
                </p>
            }
        })
        .collect();
    view! {
        <div class="sheet">
            <p class="sheet__head">
                <Icon of=icon::SHOPPING_BAG px=16 />
                <b>{words.order}</b>
                <span class="sheet__count">{(words.order_items)(pieces)}</span>
            </p>
            <ul class="order">{items}</ul>
            {totals}
        </div>
    }
}

fn item(item: &OrderItem) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let priced = !item.price.amount.is_empty();
    let each = (priced && item.quantity > 1).then_some(words.price_of_one);
    view! {
        <li>
            <span class="order__count">
                <bdi dir="ltr">{item.quantity} " ×"</bdi>
            </span>
            <bdi class="order__name" dir="auto">{item.retailer_id.clone()}</bdi>
            <span class="order__price">
                {if priced {
                    view! { <bdi>{price(&item.price)}</bdi> }.into_any()
                } else {
                    words.unpriced.into_any()
                }}
                {each.map(|each| view! { <span class="order__each">{each}</span> })}
            </span>
        </li>
    }
}

fn price(price: &Money) -> String {
    money(use_texts().locale, &price.amount, &price.currency)
}
