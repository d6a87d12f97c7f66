//! What stands above the words: forwarded, the advertisement, the product that is asked about.

use leptos::prelude::*;

use super::ad;
use crate::domain::content::{Content, Forwarded};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

pub fn above(content: &Content) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let forwarded = content.forwarded.map(|often| match often {
        Forwarded::Once => words.forwarded,
        Forwarded::Often => words.forwarded_often,
    });
    let product = content.product.as_ref().map(|product| product.retailer_id.clone());
    view! {
        {forwarded
            .map(|said| {
                view! {
                    <p class="mark-line">
                        <Icon of=icon::FORWARD px=14 />
                        {said}
                    </p>
                }
            })}
        {content.referral.as_ref().map(ad::view)}
        {product
            .map(|product| {
                view! {
                    <p class="mark-line mark-line--product">
                        <Icon of=icon::SHOPPING_BAG px=14 />
                        <span>{words.about_product} " " <bdi dir="ltr">{product}</bdi></span>
                    </p>
                }
            })}
    }
}
