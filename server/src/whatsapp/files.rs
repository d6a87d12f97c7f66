//! Files at Meta: where one can be had, having it, and giving one. The token goes only where it belongs.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media>

use std::time::Duration;

use app::domain::ids::PhoneNumberId;
use app::domain::media::FetchFailure;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Response, StatusCode, Url};
use serde_json::Value;

use super::client::{Graph, GraphError};

/// A large file over a slow line.
const TRANSFER: Duration = Duration::from_secs(600);

impl Graph {
    /// The address a file can be had at for five minutes.
    ///
    /// # Errors
    /// Why there is none: Meta is away, or knows no such file.
    pub async fn file_address(
        &self,
        media_id: &str,
        number: &PhoneNumberId,
        token: &str,
    ) -> Result<String, FetchFailure> {
        // An id is a part of an address here: nothing in it may lead elsewhere.
        if media_id.is_empty() || !media_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte))
        {
            return Err(FetchFailure::Missing);
        }
        match self.get(&format!("{media_id}?phone_number_id={number}"), token).await {
            Ok(answer) => answer.get("url").and_then(Value::as_str).map(str::to_owned).ok_or(FetchFailure::Away),
            // "Object with ID does not exist", "media not found", "message undeliverable media".
            Err(GraphError::Refused { code: 100 | 131_052 | 131_053, .. }) => Err(FetchFailure::Missing),
            Err(_) => Err(FetchFailure::Away),
        }
    }

    /// Asks for a file's bytes; they are read by the caller.
    ///
    /// # Errors
    /// Why they do not come. An address that is not Meta's is never asked: the token would go with it.
    pub async fn file_bytes(&self, address: &str, token: &str) -> Result<Response, FetchFailure> {
        let url = Url::parse(address).map_err(|_| FetchFailure::Missing)?;
        if !Url::parse(self.base()).is_ok_and(|base| token_may_go(&url, &base)) {
            tracing::warn!(url.host = url.host_str(), "media: an address that is not Meta's was not followed");
            return Err(FetchFailure::Missing);
        }
        let request = self.http().get(url).bearer_auth(token).timeout(TRANSFER);
        let response = request.send().await.map_err(|_| FetchFailure::Away)?;
        match response.status() {
            StatusCode::OK => Ok(response),
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(FetchFailure::Missing),
            _ => Err(FetchFailure::Away),
        }
    }

    /// Gives Meta a file; gives its id. Asking again does no harm: nobody sees an upload.
    ///
    /// # Errors
    /// Meta refused it or could not be reached.
    pub async fn upload(
        &self,
        number: &PhoneNumberId,
        token: &str,
        file: FileToGive,
        bytes: Body,
    ) -> Result<String, GraphError> {
        let part = Part::stream_with_length(bytes, file.size_bytes)
            .file_name(file.name)
            .mime_str(&file.mime)
            .map_err(|_| GraphError::Unreadable)?;
        let form = Form::new().text("messaging_product", "whatsapp").text("type", file.mime).part("file", part);
        let request = self.http().post(self.url(&format!("{number}/media"))).bearer_auth(token).timeout(TRANSFER);
        let answer = super::client::answer(request.multipart(form)).await?;
        let id =
            answer.get("id").and_then(|id| id.as_str().map(str::to_owned).or_else(|| Some(id.as_i64()?.to_string())));
        id.filter(|id| !id.is_empty()).ok_or(GraphError::Unreadable)
    }
}

/// What is told of a file with its bytes.
pub struct FileToGive {
    pub name: String,
    /// Exactly as Meta lists it: `audio/ogg; codecs=opus` for voice notes.
    pub mime: String,
    pub size_bytes: u64,
}

/// May a request with the number's token go there? To the Graph API's own origin; and when that is Meta's, to the hosts
/// Meta keeps files on.
fn token_may_go(url: &Url, base: &Url) -> bool {
    if url.origin() == base.origin() {
        return true;
    }
    let is_metas = base.scheme() == "https" && base.host_str() == Some("graph.facebook.com");
    let Some(host) = url.host_str() else { return false };
    let of = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    is_metas
        && url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && (of("fbsbx.com") || of("fbcdn.net") || of("whatsapp.net"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_only_to_meta() {
        let meta = "https://graph.facebook.com/v25.0";
        let fake = "http://127.0.0.1:4001/v25.0";
        for (base, url, expected) in [
            (meta, "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", true),
            (meta, "https://scontent.xx.fbcdn.net/v/1", true),
            (meta, "https://mmg.whatsapp.net/d/f/1", true),
            (meta, "https://graph.facebook.com/v25.0/9001", true),
            (meta, "http://lookaside.fbsbx.com/x", false),
            (meta, "https://lookaside.fbsbx.com:8443/x", false),
            (meta, "https://fbsbx.com.evil.example/x", false),
            (meta, "https://evilfbsbx.com/x", false),
            (meta, "https://lookaside.fbsbx.com@evil.example/x", false),
            (meta, "https://me@lookaside.fbsbx.com/x", false),
            (meta, "http://169.254.169.254/latest/meta-data", false),
            (meta, "file:///etc/passwd", false),
            (fake, "http://127.0.0.1:4001/files/1", true),
            (fake, "http://127.0.0.1:4002/files/1", false),
            (fake, "https://lookaside.fbsbx.com/x", false),
        ] {
            let (url, base) = (Url::parse(url).unwrap(), Url::parse(base).unwrap());
            assert_eq!(token_may_go(&url, &base), expected, "{url} from {base}");
        }
    }
}
