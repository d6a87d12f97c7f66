//! Voice notes: browsers record Opus into WebM, WhatsApp plays Opus in Ogg only. The packets are moved from one box into
//! the other, never decoded. <https://www.rfc-editor.org/rfc/rfc7845>

use std::io::{Read, Seek, Write};

use matroska_demuxer::{Frame, MatroskaFile, TrackType};
use ogg::writing::{PacketWriteEndInfo, PacketWriter};

/// Opus always counts in these, whatever it was recorded with.
const SAMPLES_A_SECOND: u64 = 48_000;
/// A page holds about a second, so that players can seek.
const SAMPLES_A_PAGE: u64 = SAMPLES_A_SECOND;
/// The longest packet Opus knows: 120 ms.
const LONGEST_PACKET: u64 = SAMPLES_A_SECOND * 120 / 1_000;
/// What a decoder needs to settle, where the recording does not say: 80 ms, as the encoders of browsers do.
const PRE_SKIP: u16 = 312;

/// A recording that cannot be moved.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    #[error("the recording cannot be read: {0}")]
    Unreadable(#[from] matroska_demuxer::DemuxError),
    #[error("the recording holds no Opus sound")]
    NoOpus,
    #[error("the recording is empty")]
    Empty,
    #[error("WhatsApp takes voice notes with one channel; this recording has {0}")]
    NotMono(u8),
    #[error("the note could not be written: {0}")]
    Unwritten(#[from] std::io::Error),
}

/// Moves the Opus packets of a WebM recording into an Ogg file; gives its length in milliseconds.
///
/// # Errors
/// The recording is none, or not of one channel.
pub fn webm_to_ogg<R: Read + Seek, W: Write>(recording: R, note: W) -> Result<i64, VoiceError> {
    let mut webm = MatroskaFile::open(recording)?;
    let track = webm
        .tracks()
        .iter()
        .find(|track| track.track_type() == TrackType::Audio && track.codec_id() == "A_OPUS")
        .ok_or(VoiceError::NoOpus)?;
    let number = track.track_number().get();
    // The WebM track carries Opus' own header as its private data.
    let head = track.codec_private().filter(|head| head.len() >= 19 && head.starts_with(b"OpusHead"));
    let channels = head.map_or_else(
        || track.audio().map_or(1, |audio| u8::try_from(audio.channels().get()).unwrap_or(u8::MAX)),
        |head| head[9],
    );
    if channels != 1 {
        return Err(VoiceError::NotMono(channels));
    }
    let head = head.map_or_else(opus_head, <[u8]>::to_vec);
    let pre_skip = u64::from(u16::from_le_bytes([head[10], head[11]]));

    let mut ogg = PacketWriter::new(note);
    let serial = 1;
    ogg.write_packet(head, serial, PacketWriteEndInfo::EndPage, 0)?;
    ogg.write_packet(opus_tags(), serial, PacketWriteEndInfo::EndPage, 0)?;
    let mut position = 0_u64;
    let mut page_from = 0_u64;
    // One packet behind: the last one must say that it is the last.
    let mut held: Option<Vec<u8>> = None;
    let mut frame = Frame::default();
    while webm.next_frame(&mut frame)? {
        if frame.track != number {
            continue;
        }
        let Some(samples) = samples_of(&frame.data) else { continue };
        if let Some(packet) = held.replace(std::mem::take(&mut frame.data)) {
            let end = if position - page_from >= SAMPLES_A_PAGE {
                page_from = position;
                PacketWriteEndInfo::EndPage
            } else {
                PacketWriteEndInfo::NormalPacket
            };
            ogg.write_packet(packet, serial, end, position)?;
        }
        position += samples;
    }
    let last = held.ok_or(VoiceError::Empty)?;
    ogg.write_packet(last, serial, PacketWriteEndInfo::EndStream, position)?;
    ogg.into_inner().flush()?;
    let heard = position.saturating_sub(pre_skip);
    Ok(i64::try_from(heard * 1_000 / SAMPLES_A_SECOND).unwrap_or(i64::MAX))
}

/// How many samples a packet lasts, by its first bytes (RFC 6716, section 3.1); `None` for what is no packet.
fn samples_of(packet: &[u8]) -> Option<u64> {
    let toc = *packet.first()?;
    let config = toc >> 3;
    let frame = match config {
        0..=11 => [480, 960, 1_920, 2_880][usize::from(config & 3)],
        12..=15 => [480, 960][usize::from(config & 1)],
        _ => [120, 240, 480, 960][usize::from(config & 3)],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(packet.get(1)? & 0x3f),
    };
    let samples = frame * frames;
    (1..=LONGEST_PACKET).contains(&samples).then_some(samples)
}

/// The header of one channel, for recordings without one.
fn opus_head() -> Vec<u8> {
    let mut head = b"OpusHead".to_vec();
    head.extend([1, 1]);
    head.extend(PRE_SKIP.to_le_bytes());
    head.extend(48_000_u32.to_le_bytes());
    head.extend([0, 0, 0]);
    head
}

fn opus_tags() -> Vec<u8> {
    let vendor = b"Majlis";
    let mut tags = b"OpusTags".to_vec();
    tags.extend((vendor.len() as u32).to_le_bytes());
    tags.extend(vendor);
    tags.extend(0_u32.to_le_bytes());
    tags
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use ogg::reading::PacketReader;

    use super::*;

    /// One 20 ms packet of silence.
    const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];

    /// An EBML element: id, size, content.
    fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
        let size = (content.len() as u64 | 0x0100_0000_0000_0000).to_be_bytes();
        [id, &size, content].concat()
    }

    /// A recording as browsers stream it: segment and clusters of unknown size.
    fn recording(channels: u8, codec: &[u8], packets: &[&[u8]]) -> Vec<u8> {
        const UNKNOWN: [u8; 8] = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        let mut head = opus_head();
        head[9] = channels;
        let ebml = element(
            &[0x1a, 0x45, 0xdf, 0xa3],
            &[
                element(&[0x42, 0x86], &[1]),
                element(&[0x42, 0xf7], &[1]),
                element(&[0x42, 0xf2], &[4]),
                element(&[0x42, 0xf3], &[8]),
                element(&[0x42, 0x82], b"webm"),
                element(&[0x42, 0x87], &[4]),
                element(&[0x42, 0x85], &[2]),
            ]
            .concat(),
        );
        let info = element(
            &[0x15, 0x49, 0xa9, 0x66],
            &[
                element(&[0x2a, 0xd7, 0xb1], &1_000_000_u32.to_be_bytes()),
                element(&[0x4d, 0x80], b"Browser"),
                element(&[0x57, 0x41], b"Browser"),
            ]
            .concat(),
        );
        let audio =
            element(&[0xe1], &[element(&[0xb5], &48_000_f32.to_be_bytes()), element(&[0x9f], &[channels])].concat());
        let track = [
            element(&[0xd7], &[1]),
            element(&[0x73, 0xc5], &[9]),
            element(&[0x83], &[2]),
            element(&[0x86], codec),
            element(&[0x63, 0xa2], &head),
            audio,
        ]
        .concat();
        let tracks = element(&[0x16, 0x54, 0xae, 0x6b], &element(&[0xae], &track));
        let mut cluster = element(&[0xe7], &[0]);
        for (n, packet) in packets.iter().enumerate() {
            let at = (n as i16 * 20).to_be_bytes();
            cluster.extend(element(&[0xa3], &[&[0x81], at.as_slice(), &[0x80], packet].concat()));
        }
        let segment_head = [&[0x18, 0x53, 0x80, 0x67], UNKNOWN.as_slice()].concat();
        let cluster_head = [&[0x1f, 0x43, 0xb6, 0x75], UNKNOWN.as_slice()].concat();
        [ebml, segment_head, info, tracks, cluster_head, cluster].concat()
    }

    #[test]
    fn packets_are_moved_untouched() {
        let packets: Vec<&[u8]> = vec![&SILENCE; 150];
        let mut note = Vec::new();
        let length_ms = webm_to_ogg(Cursor::new(recording(1, b"A_OPUS", &packets)), &mut note).unwrap();
        assert_eq!(length_ms, 3_000 - 7, "three seconds, less what the decoder skips");
        let mut reader = PacketReader::new(Cursor::new(note));
        let head = reader.read_packet_expected().unwrap();
        assert!(head.data.starts_with(b"OpusHead") && head.first_in_stream());
        assert!(reader.read_packet_expected().unwrap().data.starts_with(b"OpusTags"));
        let mut moved = Vec::new();
        while let Some(packet) = reader.read_packet().unwrap() {
            moved.push((packet.data.clone(), packet.absgp_page(), packet.last_in_stream()));
        }
        assert_eq!(moved.len(), 150);
        assert!(moved.iter().all(|(data, ..)| data == &SILENCE));
        assert_eq!(moved.last().map(|(_, at, last)| (*at, *last)), Some((144_000, true)));
        assert!(moved.windows(2).all(|pair| pair[0].1 <= pair[1].1), "time runs forward");
        assert!(moved.iter().filter(|(_, at, _)| *at < 144_000).count() > 50, "there are several pages to seek by");
    }

    #[test]
    fn a_browsers_own_recording_is_moved() {
        let recorded = include_bytes!("../../tests/fixtures/media/note.webm");
        let mut note = Vec::new();
        let length_ms = webm_to_ogg(Cursor::new(recorded), &mut note).unwrap();
        assert!((4_000..4_500).contains(&length_ms), "{length_ms}");
        assert_eq!(super::super::look::mime(&note, ""), "audio/ogg");
    }

    #[test]
    fn what_is_no_voice_note_is_refused_in_words() {
        let silence: &[u8] = &SILENCE;
        let refused = |bytes: Vec<u8>| webm_to_ogg(Cursor::new(bytes), Vec::new()).unwrap_err();
        assert!(matches!(refused(recording(2, b"A_OPUS", &[silence])), VoiceError::NotMono(2)));
        assert!(matches!(refused(recording(1, b"A_VORBIS", &[silence])), VoiceError::NoOpus));
        assert!(matches!(refused(recording(1, b"A_OPUS", &[])), VoiceError::Empty));
        assert!(matches!(refused(b"not a recording at all".to_vec()), VoiceError::Unreadable(_)));
        let mut torn = recording(1, b"A_OPUS", &[silence; 3]);
        torn.truncate(150);
        assert!(webm_to_ogg(Cursor::new(torn), Vec::new()).is_err());
    }

    #[test]
    fn packets_tell_their_length() {
        for (name, packet, expected) in [
            ("20 ms of CELT", &[0xf8_u8, 0xff, 0xfe][..], Some(960)),
            ("60 ms of SILK", &[0b0001_1000], Some(2_880)),
            ("10 ms of hybrid", &[0b0110_0000], Some(480)),
            ("two frames", &[0xf9], Some(1_920)),
            ("three frames", &[0xfb, 3], Some(2_880)),
            ("no frames", &[0xfb, 0], None),
            ("more than 120 ms", &[0xfb, 60], None),
            ("cut off", &[0xfb], None),
            ("nothing", &[], None),
        ] {
            assert_eq!(samples_of(packet), expected, "{name}");
        }
    }
}
