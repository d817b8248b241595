//! A notification on its way to a phone's radio: a WSP push, and the short messages it is cut into.
//!
//! We have no radio: the bytes are for a gateway, or for whoever has one. Sources: SAN 1.2.1, section 6; HTTP Binding 1.2.1,
//! section 5.3.5; WSP (WAP-230), sections 8.2.4 and 8.4; 3GPP TS 23.040, section 9.2.3.24.

use crate::codec::Encoding;

/// The transaction of the push: any number will do, since no answer is wanted.
const TRANSACTION: u8 = 1;
/// The type of the PDU: Push.
const PUSH: u8 = 6;
/// X-Wap-Application-Id as a field name, and push.syncml, 0x05, as its value; both with the bit of a short number.
const APPLICATION: [u8; 2] = [0xaf, 0x85];
/// `application/vnd.syncml.ds.notification`, 0x4E, with the bit of a short number.
const NOTIFICATION: u8 = 0xce;
/// Port 2948, where a phone waits for pushes, from port 9200: WDP's element of a short message's header.
const PORTS: [u8; 6] = [0x05, 0x04, 0x0b, 0x84, 0x23, 0xf0];
/// What a short message holds, its header included, in bytes.
const SMS_BYTES: usize = 140;
/// Length of the header that says which part a message is, in bytes: its own length, the ports, the concatenation.
const PART_HEADER_BYTES: usize = 12;

/// What a push carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The binary notification of 1.2.
    Notification,
    /// A message with Alerts.
    Message(Encoding),
}

/// The payload needs more short messages than can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the notification needs more than 255 short messages")]
pub struct TooLong;

/// A push PDU: transaction, type, the length of the headers, the content's type first and then the application.
#[must_use]
pub fn push(content: Content, payload: &[u8]) -> Vec<u8> {
    let content_type: &[u8] = match content {
        Content::Notification => &[NOTIFICATION],
        // Too large for a short number: in the general form, as a number of two bytes.
        Content::Message(Encoding::Xml) => &[0x03, 0x02, 0x03, 0x02],
        Content::Message(Encoding::Wbxml) => &[0x03, 0x02, 0x03, 0x03],
    };
    let headers = [content_type, &APPLICATION].concat();
    // Six bytes at most.
    let length = u8::try_from(headers.len()).unwrap_or_default();
    [&[TRANSACTION, PUSH, length], headers.as_slice(), payload].concat()
}

/// The user data of 8-bit short messages, headers included: one where it fits, else several with a common `reference`.
///
/// # Errors
/// [`TooLong`] when 255 of them do not suffice.
pub fn short_messages(pdu: &[u8], reference: u8) -> Result<Vec<Vec<u8>>, TooLong> {
    let single = [&[0x06], PORTS.as_slice(), pdu].concat();
    if single.len() <= SMS_BYTES {
        return Ok(vec![single]);
    }
    let parts: Vec<_> = pdu.chunks(SMS_BYTES - PART_HEADER_BYTES).collect();
    let total = u8::try_from(parts.len()).map_err(|_| TooLong)?;
    let numbered = parts.into_iter().zip(1..=total);
    let message = |(part, number): (&[u8], u8)| {
        let concatenation = [0x00, 0x03, reference, total, number];
        [&[0x0b], PORTS.as_slice(), &concatenation, part].concat()
    };
    Ok(numbered.map(message).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ-SAN-5, ANC-23.
    #[test]
    fn a_push_has_the_numbers_of_notification_and_application() {
        let pdu = push(Content::Notification, b"package");
        assert_eq!(pdu[..6], [0x01, 0x06, 0x03, 0xce, 0xaf, 0x85]);
        assert_eq!(pdu[6..], *b"package");
        let pdu = push(Content::Message(Encoding::Wbxml), b"message");
        assert_eq!(
            pdu[..9],
            [0x01, 0x06, 0x06, 0x03, 0x02, 0x03, 0x03, 0xaf, 0x85]
        );
    }

    /// REQ-SAN-5, ANC-23.
    #[test]
    fn a_short_message_goes_to_the_port_of_pushes() {
        let messages = short_messages(b"pdu", 9).unwrap();
        assert_eq!(
            messages,
            [[&[0x06, 0x05, 0x04, 0x0b, 0x84, 0x23, 0xf0], &b"pdu"[..]].concat()]
        );
        assert_eq!(short_messages(&[7; 133], 9).unwrap().len(), 1);
    }

    #[test]
    fn what_is_too_long_for_one_comes_in_numbered_parts() {
        let pdu: Vec<u8> = (0..=255).chain(0..=43).collect();
        let messages = short_messages(&pdu, 9).unwrap();
        assert_eq!(messages.len(), 3);
        let mut whole = Vec::new();
        for (message, number) in messages.iter().zip(1..) {
            assert!(message.len() <= 140);
            assert_eq!(
                message[..12],
                [
                    0x0b, 0x05, 0x04, 0x0b, 0x84, 0x23, 0xf0, 0x00, 0x03, 9, 3, number
                ]
            );
            whole.extend_from_slice(&message[12..]);
        }
        assert_eq!(whole, pdu);
        assert_eq!(short_messages(&vec![0; 128 * 255 + 1], 9), Err(TooLong));
        assert_eq!(short_messages(&vec![0; 128 * 255], 9).unwrap().len(), 255);
    }
}
