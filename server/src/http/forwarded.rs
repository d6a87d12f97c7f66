//! Who is really asking, when a trusted proxy stands in front.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use crate::config::Cidr;

/// The address a request comes from. `X-Forwarded-For` counts only as far as trusted proxies wrote it: the last address
/// in it that is not one of theirs.
pub fn client_ip(peer: SocketAddr, headers: &HeaderMap, trusted: &[Cidr]) -> IpAddr {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|cidr| cidr.contains(ip));
    if !is_trusted(peer.ip()) {
        return peer.ip();
    }
    let chain: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    for hop in chain.into_iter().rev() {
        match hop.parse::<IpAddr>() {
            Ok(ip) if is_trusted(ip) => {}
            Ok(ip) => return ip,
            // A word nobody trusted wrote: the chain ends here.
            Err(_) => break,
        }
    }
    peer.ip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = [Cidr::parse("10.0.0.0/8").unwrap()];
        for (name, peer, header, expected) in [
            ("nobody in front", "203.0.113.9:1", None, "203.0.113.9"),
            ("a liar", "203.0.113.9:1", Some("127.0.0.1"), "203.0.113.9"),
            ("our proxy", "10.0.0.1:1", Some("198.51.100.7"), "198.51.100.7"),
            ("two proxies", "10.0.0.1:1", Some("198.51.100.7, 10.0.0.2"), "198.51.100.7"),
            ("a liar behind our proxy", "10.0.0.1:1", Some("127.0.0.1, 198.51.100.7"), "198.51.100.7"),
            ("nonsense", "10.0.0.1:1", Some("unknown"), "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert("x-forwarded-for", header.parse().unwrap());
            }
            let ip = client_ip(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(ip.to_string(), expected, "{name}");
        }
    }
}
