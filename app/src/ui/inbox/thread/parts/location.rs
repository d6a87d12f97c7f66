//! A place: its name, where it is, and the way to a map. No map of ours: its tiles would tell others whom one serves.

use leptos::prelude::*;

use crate::domain::content::Location;
use crate::ui::i18n::use_texts;
use crate::ui::parts::copy::CopyButton;
use crate::ui::parts::icon::{self, Icon};

pub fn view(location: &Location) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let coordinates = format!("{}, {}", location.latitude, location.longitude);
    let (name, address) = (location.name.clone(), location.address.clone());
    view! {
        <div class="slip">
            <span class="kind__icon">
                <Icon of=icon::MAP_PIN />
            </span>
            <div class="slip__main">
                <p class="slip__title" dir="auto">
                    {name.unwrap_or_else(|| words.location.to_owned())}
                </p>
                {address.map(|address| view! { <p class="slip__line" dir="auto">{address}</p> })}
                <p class="slip__line slip__value">
                    <bdi dir="ltr">{coordinates.clone()}</bdi>
                    <CopyButton value=Signal::stored(coordinates) label=words.copy_coordinates />
                </p>
                {map_address(location)
                    .map(|href| {
                        view! {
                            <a class="slip__link" href=href target="_blank" rel="noopener noreferrer">
                                <Icon of=icon::EXTERNAL_LINK px=14 />
                                {words.open_in_maps}
                            </a>
                        }
                    })}
            </div>
        </div>
    }
}

/// The map's address, when the coordinates are of this world. Phones open it in the map they have.
fn map_address(location: &Location) -> Option<String> {
    let within = |degrees: &str, most: f64| degrees.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most);
    let Location { latitude, longitude, .. } = location;
    (within(latitude, 90.0) && within(longitude, 180.0))
        .then(|| format!("https://www.google.com/maps/search/?api=1&query={latitude}%2C{longitude}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_asked_for_places_on_earth_only() {
        let at = |latitude: &str, longitude: &str| {
            map_address(&Location {
                latitude: latitude.to_owned(),
                longitude: longitude.to_owned(),
                name: None,
                address: None,
            })
        };
        assert_eq!(
            at("30.044", "-31.2").as_deref(),
            Some("https://www.google.com/maps/search/?api=1&query=30.044%2C-31.2")
        );
        for (latitude, longitude) in [("91", "0"), ("0", "181"), ("NaN", "0"), ("1&q=x", "0"), ("", "")] {
            assert_eq!(at(latitude, longitude), None, "{latitude} {longitude}");
        }
    }
}
