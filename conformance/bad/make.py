#!/usr/bin/env python3
"""Writes the corpus of bad input: run it in this folder after changing a recipe.

A recipe is one line: a name, what is sent, what comes back. `{{TEXT*N}}` in a file stands for N times TEXT, so that what
is large to send is not large to keep. Files: `.xml` and `.hex` are posted as bodies (`.hex`: bytes as digits), `.http`
is a whole request as it goes over the wire, `{xml}` in it a good message. README.md says how they are played.
"""

import os
import shutil

BASIC = "<Cred><Meta><Format xmlns='syncml:metinf'>b64</Format><Type xmlns='syncml:metinf'>syncml:auth-basic</Type></Meta><Data>{basic}</Data></Cred>"
NEXT = "<Meta><Anchor xmlns='syncml:metinf'><Next>1</Next></Anchor></Meta>"
ALERT = f"<Alert><CmdID>1</CmdID><Data>201</Data><Item><Target><LocURI>contacts</LocURI></Target><Source><LocURI>./c</LocURI></Source>{NEXT}</Item></Alert>"
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Arden;Ada\r\nFN:Ada Arden\r\nEND:VCARD\r\n"
TYPE = "<Meta><Type xmlns='syncml:metinf'>text/vcard</Type></Meta>"

CASES = []


def header(dtd="1.2", proto="SyncML/1.2", session="{session}", msg="1", target="http://sync.example.org/sync",
           source="{device}", rest=BASIC):
    return (f"<SyncHdr><VerDTD>{dtd}</VerDTD><VerProto>{proto}</VerProto><SessionID>{session}</SessionID><MsgID>{msg}</MsgID>"
            f"<Target><LocURI>{target}</LocURI></Target><Source><LocURI>{source}</LocURI><LocName>{{user}}</LocName></Source>{rest}</SyncHdr>")


def message(body=ALERT + "<Final/>", head=None, prolog="<?xml version='1.0' encoding='UTF-8'?>"):
    return f"{prolog}<SyncML xmlns='SYNCML:SYNCML1.2'>{head or header()}<SyncBody>{body}</SyncBody></SyncML>"


GOOD = message()


def case(folder, name, content, http=200, codes=None, session=False, kind="xml"):
    """One file: `codes` are the Statuses of the answer, in their order; `session`: it goes into an open session."""
    data = content if isinstance(content, bytes) else content.encode()
    CASES.append((folder, name, kind, data, http, codes, session))


def xml_documents():
    """Documents that are no XML, or none that we read."""
    for number, mark in enumerate([
            "<SyncML", "SYNCML1.2'", "><SyncHdr", "VerDTD>1", "1.2</VerDTD", "<SessionID", "{session}", "<MsgID>", "<MsgID>1<", "</MsgID", "<Target>",
            "http://", "</LocURI></Target", "<Source>", "{device}", "<LocName", "{user}", "<Cred>", "<Meta><Format", "syncml:metinf", "b64", "</Meta><Data>",
            "{basic}", "</Cred", "</SyncHdr", "<SyncBody", "<Alert", "<CmdID>1", "201", "<Item>", "contacts", "./c", "<Anchor", "<Next>", "</Anchor", "</Item",
            "</Alert", "<Final", "/></SyncBody", "</SyncML"], 1):
        at = GOOD.index(mark) + len(mark)
        case("xml", f"cut-{number:02}", GOOD[:at], 400)
    for name, text in {
            "empty": "", "blanks": " \r\n\t ", "words": "Is this the server?", "json": '{"SyncML": {}}', "html": "<html><body>Hello</body></html>",
            "soap": "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'><Body/></Envelope>", "prolog-alone": "<?xml version='1.0'?>", "comment-alone": "<!-- -->",
            "a-less-than": "<", "an-end-tag": "</SyncML>", "text-before": "x" + GOOD, "text-behind": GOOD + "x", "a-second-root": GOOD + "<SyncML/>", "twice": GOOD + message(prolog=""),
            "cdata-behind": GOOD + "<![CDATA[x]]>", "reference-behind": GOOD + "&#120;", "root-of-devinf": "<DevInf xmlns='syncml:devinf'><VerDTD>1.2</VerDTD></DevInf>",
            "root-of-metinf": "<MetInf xmlns='syncml:metinf'/>", "root-in-lower-case": GOOD.replace("SyncML xmlns", "syncml xmlns").replace("</SyncML>", "</syncml>"),
            "root-is-the-header": header(), "root-is-the-body": "<SyncBody><Final/></SyncBody>", "no-children": "<SyncML/>", "body-alone": "<SyncML><SyncBody><Final/></SyncBody></SyncML>",
            "a-header-within-the-body": "<SyncML><SyncBody>" + header() + "</SyncBody></SyncML>", "null-in-a-name": GOOD.replace("<Alert>", "<Al\0ert>"), "null-in-a-text": GOOD.replace("contacts", "con\0tacts"),
            "escape-in-a-text": GOOD.replace("contacts", "con\x1btacts"), "backspace-in-a-text": GOOD.replace("contacts", "con\x08tacts"), "vertical-tab": GOOD.replace("contacts", "con\x0btacts"),
            "noncharacter-fffe": GOOD.replace("contacts", "con\ufffetacts"), "noncharacter-ffff": GOOD.replace("contacts", "con\uffffacts"),
            "tags-crossed": GOOD.replace("</Item></Alert>", "</Alert></Item>"), "tag-not-closed": GOOD.replace("</Alert>", ""), "tag-closed-twice": GOOD.replace("</Alert>", "</Alert></Alert>"),
            "end-in-another-case": GOOD.replace("</Alert>", "</alert>"), "end-with-an-attribute": GOOD.replace("</Alert>", "</Alert a='1'>"), "name-begins-with-a-digit": GOOD.replace("<Final/>", "<1Final/>"),
            "name-is-empty": GOOD.replace("<Final/>", "<></>"), "name-of-blanks": GOOD.replace("<Final/>", "< Final/>"), "attribute-without-quotes": GOOD.replace("<Alert>", "<Alert a=1>"),
            "attribute-twice": GOOD.replace("<Alert>", "<Alert a='1' a='2'>"), "attribute-without-value": GOOD.replace("<Alert>", "<Alert a>"), "attribute-not-closed": GOOD.replace("<Alert>", "<Alert a='1>"),
            "cdata-not-closed": GOOD.replace("contacts", "<![CDATA[contacts"), "comment-not-closed": GOOD.replace("<Final/>", "<!-- <Final/>"),
            "comment-with-two-dashes-open": GOOD.replace("<Final/>", "<!--"), "instruction-not-closed": GOOD.replace("<Final/>", "<?x <Final/>"), "a-bare-ampersand": GOOD.replace("contacts", "con & tacts"),
    }.items():
        case("xml", name, text, 400)


def xml_references():
    """Entities and references: the five of XML and characters that XML knows, nothing else."""
    for number, text in enumerate([
            "&#0;", "&#x0;", "&#1;", "&#8;", "&#11;", "&#12;", "&#31;", "&#x1F;", "&#xD800;", "&#xDBFF;", "&#xDC00;", "&#xDFFF;", "&#55296;", "&#xFFFE;", "&#xFFFF;", "&#x110000;",
            "&#1114112;", "&#44444444401;", "&#x100000041;", "&#99999999999999999999;", "&#;", "&#x;", "&#+65;", "&#-65;", "&# 65;", "&#x-41;", "&#X41;", "&#6 5;", "&#x4G;", "&#1e3;", "&;", "& ;",
            "&nbsp;", "&copy;", "&lol;", "&file;", "&AMP;", "&Lt;", "&amp", "&lt", "&#65", "&#x41", "&a b;", "&\u00e9;"], 1):
        case("xml", f"reference-{number:02}", GOOD.replace("contacts", f"con{text}tacts"), 400)
    laughs = "".join(f"<!ENTITY l{n} '{'&l' + str(n - 1) + ';' if n else 'ha'}" + (f"{('&l' + str(n - 1) + ';') * 9}" if n else "") + "'>" for n in range(10))
    subsets = {
        "entity": "[<!ENTITY a 'b'>]", "billion-laughs": f"[{laughs}]", "one-large-entity": "[<!ENTITY a '{{a*50000}}'>]", "entity-of-a-file": "[<!ENTITY x SYSTEM 'file:///etc/passwd'>]",
        "entity-of-a-url": "[<!ENTITY x SYSTEM 'http://127.0.0.1:1/'>]", "parameter-entity": "[<!ENTITY % p SYSTEM 'http://127.0.0.1:1/p'> %p;]", "entity-of-itself": "[<!ENTITY a '&a;'>]",
        "element": "[<!ELEMENT SyncML ANY>]", "attribute-list": "[<!ATTLIST SyncML a CDATA 'b'>]", "notation": "[<!NOTATION n SYSTEM 'n'>]", "empty-subset": "[]", "comment-in-a-subset": "[<!-- ] -->]",
        "subset-behind-a-public-id": "PUBLIC '-//SYNCML//DTD SyncML 1.2//EN' 'x' [<!ENTITY a 'b'>]", "bracket-in-a-public-id": "PUBLIC '-//SYNCML//DTD [ 1.2//EN' '[' [<!ELEMENT a ANY>]", "subset-not-closed": "[<!ENTITY a 'b'>",
        "conditional-section": "[<![INCLUDE[<!ENTITY a 'b'>]]>]",
    }
    for name, subset in subsets.items():
        case("xml", f"dtd-{name}", GOOD.replace("?>", f"?><!DOCTYPE SyncML {subset}>").replace("contacts", "&a;"), 400)
    for name, subset in list(subsets.items())[:8]:
        case("xml", f"dtd-{name}-not-used", GOOD.replace("?>", f"?><!DOCTYPE SyncML {subset}>"), 400)
    case("xml", "dtd-not-closed", GOOD.replace("?>", "?><!DOCTYPE SyncML"), 400)
    case("xml", "dtd-in-the-middle", GOOD.replace("<SyncBody>", "<!DOCTYPE SyncML><SyncBody>"), 400)


def xml_sizes():
    """More than a message has: levels, elements, attributes, namespaces, long names and texts."""
    for levels in [65, 100, 1000, 100000]:
        case("xml", f"levels-{levels}", f"<SyncML><SyncHdr>{{{{<a>*{levels}}}}}", 400)
        case("xml", f"levels-{levels}-closed", GOOD.replace("<Final/>", f"{{{{<a>*{levels}}}}}{{{{</a>*{levels}}}}}"), 400)
    for name, text in {"attributes-33": "{{ a{n}='1'*33}}", "attributes-40000": "{{ a{n}='1'*40000}}", "namespaces-40": "{{ xmlns:n{n}='u'*40}}", "namespaces-10000": "{{ xmlns:n{n}='u'*10000}}"}.items():
        case("xml", name, GOOD.replace("<Alert>", f"<Alert{text}>"), 400)
    for name, text in {"elements-400001": "{{<a/>*400001}}", "items-400001": "<Alert><CmdID>2</CmdID>{{<Item/>*400001}}</Alert>"}.items():
        case("xml", name, GOOD.replace("<Final/>", text), 400)
    case("xml", "body-of-5-mib", GOOD.replace("<Final/>", "{{ *5242880}}<Final/>"), 413)
    case("xml", "locuri-of-10-mb", message(head=header(source="{{9*10000000}}")), 413)
    for name, of in {"locuri-of-1-mb": "{{9*1000000}}", "locuri-of-3-mb": "{{9*3000000}}", "locuri-of-256": "{{9*256}}"}.items():
        case("xml", f"source-{name}", message(head=header(source=of)), 400)


def xml_charsets():
    """Bytes that are not of their charset, and charsets that we do not read."""
    raw = GOOD.encode()
    for number, text in enumerate(["ff", "fe", "c0af", "c080", "c1bf", "e080af", "e09fbf", "eda080", "edbfbf", "f08080af", "f08fbfbf", "f4908080", "f5808080", "f888808080", "fc8480808080", "80", "bf", "c3", "e282", "f09f98", "c328", "e28228", "f0288cbc"], 1):
        case("xml", f"utf-8-{number:02}", raw.replace(b"contacts", b"con" + bytes.fromhex(text) + b"tacts"), 400)
    for number, label in enumerate(["utf-7", "UTF-7", "ebcdic-cp-us", "IBM037", "utf-32", "UCS-4", "x-user-defined-no", "bocu-1", "cesu-8", "scsu", "klingon", "utf8;x", "-", "iso-2022-cn"], 1):
        case("xml", f"charset-{number:02}", GOOD.replace("UTF-8", label), 415)
    case("xml", "shift-jis-that-is-none", raw.replace(b"UTF-8", b"shift_jis").replace(b"contacts", b"\x81"), 400)
    case("xml", "euc-kr-that-is-none", raw.replace(b"UTF-8", b"euc-kr").replace(b"contacts", b"\xff"), 400)
    wide = GOOD.replace("UTF-8", "UTF-16")
    case("xml", "utf-16-of-half-a-unit", b"\xff\xfe" + wide.encode("utf-16-le")[:-1], 400)
    case("xml", "utf-16-lone-high-surrogate", b"\xff\xfe" + wide.encode("utf-16-le").replace("contacts".encode("utf-16-le"), b"\x00\xd8x\0"), 400)
    case("xml", "utf-16-lone-low-surrogate", b"\xfe\xff" + wide.encode("utf-16-be").replace("contacts".encode("utf-16-be"), b"\xdc\x00\0x"), 400)
    case("xml", "mark-of-utf-16-and-nothing", b"\xff\xfe", 400)
    case("xml", "mark-of-utf-16-before-utf-8", b"\xfe\xff" + raw, 400)
    case("xml", "mark-of-utf-32", b"\xff\xfe\0\0" + GOOD.encode("utf-32-le"), 400)


def wbxml_documents():
    """Binary documents: the head, the table of strings, the tokens."""
    head = "02 a401 6a 00"
    opening = "6d 6c 71"  # SyncML, SyncHdr, VerDTD, each with content
    for number, digits in enumerate([
            "02", "02 a4", "02 a401", "02 a401 6a", "00 a401 6a 00 6d01", "04 a401 6a 00 6d01", "0f a401 6a 00 6d01", "02 a401 ff", "02 a401 6a ff", "02 ffffffffff 6a 00", "02 9080808000 6a 00",
            "02 a401 ffffffffff 00 6d01", "02 a401 9080808000 00 6d01", "02 a401 6a ffffffff0f 6d01", "02 a401 6a 8fffffff7f 6d01", "02 a401 6a 8103 6d01", "02 a401 6a 05 61626300 6d", "02 a401 6a 848000 {{61*65535}}00 6d01"], 1):
        case("wbxml", f"head-{number:02}", digits, 400, kind="hex")
    for number, digits in enumerate(["02 02 6a 00 6d01", "02 9f57 6a 00 6d01", "02 a409 6a 00 6d01", "02 8fffffff7f 6a 00 6d01", "02 00 00 6a 04 61626300 6d01"], 1):
        case("wbxml", f"public-id-{number:02}", digits, 415, kind="hex")
    for number, mib in enumerate(["b05d", "8f7f", "83 7f", "8fffffff7f"], 1):
        case("wbxml", f"charset-{number:02}", f"02 a401 {mib} 00 6d01", 415, kind="hex")
    for number, tail in enumerate([
            "", "6d", "01", "0361 00", "6d01 01", "6d01 6d01", "2d 2d", "6d01 036100", "6d 0361", "6d c3ffffffff0f 01", "6d c38fffffff7f 01", "6d c3ffffffffffffffffff7f 01", "6d c302 61", "6d c390 80808000", "6d 8300 01",
            "6d 83 01", "6d 838fffffff7f 01", "6d 83ffffffffff 01", "6d 0400 01", "6d 4400 01", "6d 8400 01", "6d c400 01", "6d 02 83b000 01", "6d 02 83b7ff 01", "6d 0200 01", "6d 0201 01", "6d 0208 01", "6d 02 c48000 01",
            "6d 0283ff7f 01", "6d 02ffffffffff 01", "6d 02", "6d 0007 05 01", "6d 00ff 05 01", "6d 0002 05 01", "6d 00", "6d 40 6100 01", "6d 41 6100 01", "6d 42 6100 01", "6d 80 00 01", "6d 81 00 01", "6d 82 00 01", "6d c0 01",
            "6d c1 01", "6d c2 01", "ed 05 40 01 01", "ed 05", "ed 03", "ed 01", "ed {{05*40}} 01 01", "43 05", "43", "{{43 05 01*3}}", "6d {{00 07*3}} 01", "6d 03ff00 01", "6d 03c0af00 01", "6d 03eda08000 01", "6d c302c0af 01", "52 01", "6c 01",
            "6b 01", "4a 01", "6d 01", "6d 6b 12 01 01", "6d 6b 01 01", "{{6d*65}}", "{{6d*1000}}", "{{6d*100000}}", "6d {{12*400001}} 01", "6d {{00 01*1000000}} 01"], 1):
        case("wbxml", f"body-{number:02}", f"{head} {tail}", 400, kind="hex")
    for number, tail in enumerate(["c38fffffff7f31", "c3ffffffffffffffffff7f", "c31031", "838fffffff7f", "8300", "03312e32", "0331 2e32 00", "0331 2e32 00 01", "0331 2e32 00 01 72", "0200", "0007", "c3", "83", "02", "03", "00", "01 01 01 01", "c0", "40 00"], 1):
        case("wbxml", f"text-{number:02}", f"{head} {opening} {tail}", 400, kind="hex")
    case("wbxml", "string-table-of-text", "02 a401 6a 02 6100 6d 8302 01", 400, kind="hex")
    case("wbxml", "one-string-thirty-thousand-times", "02 a401 6a 83ff7f {{61*65534}}00 6d 6b 46 4f {{83 00*30000}} 01 01 01 01", 400, kind="hex")
    case("wbxml", "one-name-thirty-thousand-times", "02 a401 6a 83ff7f {{61*65534}}00 6d {{44 00 01*30000}} 01", 400, kind="hex")
    nested = "02 a403 6a 00 4a"
    for number, inner in enumerate(["", "4a", "6d01", "4901", f"{nested}01 01"], 1):
        size = len(bytes.fromhex((nested + inner).replace(" ", "")))
        case("wbxml", f"devinf-{number:02}", f"{head} 6d 6b 5f 54 4f c3 {size:02x} {nested} {inner} 01 01 01 01 01 01", 400, kind="hex")


def headers():
    """SyncHdr: versions, numbers, names."""
    for name, head in {
            "no-msgid": header().replace("<MsgID>1</MsgID>", ""), "no-source": header().replace("<Source><LocURI>{device}</LocURI><LocName>{user}</LocName></Source>", ""),
            "empty-source": header(source=""), "blank-source": header(source=" "), "control-in-source": header(source="a&#10;b"),
    }.items():
        case("header", name, message(head=head), 400)
    for number, msg in enumerate(["", "0", "00", "-1", "+1x", "one", "1.0", "1e9", "0x1", "1 2", "1,", "\uff11", "\u0661", "4294967296", "4294967295999", "99999999999999999999", "9223372036854775808", "{{9*5000}}", "NaN", "1;"], 1):
        case("header", f"msgid-{number:02}", message(head=header(msg=msg)), 400)
    for number, session in enumerate(["{{9*65}}", "{{9*500}}", "{{a*100000}}"], 1):
        case("header", f"sessionid-{number:02}", message(head=header(session=session)), 400)
    for number, dtd in enumerate(["", "0", "1", "1.3", "1.10", "2.0", "9.9", "-1", "one", "01.2", "{{9*1000}}"], 1):
        case("header", f"verdtd-{number:02}", message(head=header(dtd=dtd)), 200, ["SyncHdr 505"])
    for number, proto in enumerate(["", "SyncML", "SyncML/", "SyncML/9.9", "SyncML/1.3", "SyncML/2.0", "DM/1.2", "DS/2.0", "HTTP/1.1", "1.2", "SyncML 1.2", "{{9*1000}}"], 1):
        case("header", f"verproto-{number:02}", message(head=header(proto=proto)), 200, ["SyncHdr 513"])
    case("header", "empty", message(head="<SyncHdr/>"), 200, ["SyncHdr 505"])
    case("header", "twice", message(head=header() + header()), 400)
    refused = ["SyncHdr 407", "Alert 407"]
    for number, rest in enumerate(["", "<Cred/>", "<RespURI>http://127.0.0.1:22/</RespURI>", "<Meta/>", "<NoResp/>"], 1):
        codes = ["SyncHdr 401", "Alert 401"] if rest == "<Cred/>" else refused
        case("header", f"no-credentials-{number:02}", message(head=header(rest=rest)), 200, codes)
    wrong = ["SyncHdr 401", "Alert 401"]
    for number, data in enumerate(["", " ", "!!!", "YW5uYQ==", "YW5uYTp3cm9uZw==", "Og==", "OmE=", "YW5uYTo=", "YW5uYQA6Z3JlZW4tbGFkZGVyLTQy", "YW5u", "YW5uYTpncmVlbi1sYWRkZXItNDI", "=", "====", "{{QUJD*4000}}", "\u00e4\u00f6", "YW5uYTpncmVlbi1sYWRkZXItNDI=YQ=="], 1):
        case("header", f"basic-{number:02}", message(head=header(rest=BASIC.replace("{basic}", data))), 200, wrong)
    for number, data in enumerate(["", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAAAA", "!!!!", "{{QUJD*4000}}"], 1):
        case("header", f"md5-{number:02}", message(head=header(rest=BASIC.replace("basic</Type>", "md5</Type>").replace("{basic}", data))), 200, wrong)
    for number, scheme in enumerate(["syncml:auth-none", "syncml:auth-x", "Basic", "{{a*2000}}"], 1):
        case("header", f"scheme-{number:02}", message(head=header(rest=BASIC.replace("syncml:auth-basic", scheme))), 200, ["SyncHdr 406", "Alert 406"])


def commands():
    """Commands that cannot be carried out: each has its Status, and the message goes on."""
    def first(name, body, codes):
        case("command", name, message(body=body + "<Final/>"), 200, ["SyncHdr 212", *codes])

    def later(name, body, codes):
        head = header(msg="2", rest="")
        case("command", name, message(body=body + "<Final/>", head=head), 200, ["SyncHdr 200", *codes], session=True)

    def item(uri):
        return f"<Item><Source><LocURI>{uri}</LocURI></Source><Data>{CARD}</Data></Item>"

    def sync(inner, uri="contacts"):
        return f"<Sync><CmdID>1</CmdID><Target><LocURI>{uri}</LocURI></Target><Source><LocURI>./c</LocURI></Source>{inner}</Sync>"

    def alert(code, uri="contacts", rest=NEXT):
        return f"<Alert><CmdID>1</CmdID><Data>{code}</Data><Item><Target><LocURI>{uri}</LocURI></Target><Source><LocURI>./c</LocURI></Source>{rest}</Item></Alert>"

    for number, uri in enumerate(["nowhere", "../../etc/passwd", "./contacts/../../bob/contacts", "%2e%2e/contacts", "contacts%00", "contacts;DROP TABLE items", "' OR 1=1 --", "http://127.0.0.1:22/x", "file:///etc/passwd", "{{c*10000}}", "con\u0442acts"], 1):
        first(f"datastore-{number:02}", alert(201, uri), ["Alert 404"])
    for number, code in enumerate(["0", "1", "99", "199", "250", "299", "999", "65535"], 1):
        first(f"alert-code-{number:02}", alert(code), ["Alert 406"])
    for number, code in enumerate(["", "x", "-1", "1e2", "65536", "99999999999999999999"], 1):
        first(f"alert-without-code-{number:02}", alert(code), ["Alert 412"])
    first("alert-without-item", "<Alert><CmdID>1</CmdID><Data>200</Data></Alert>", ["Alert 412"])
    first("alert-without-anchor", alert(200, rest=""), ["Alert 412"])
    first("alert-with-an-empty-next", alert(200, rest=NEXT.replace("<Next>1", "<Next>")), ["Alert 412"])
    first("alert-with-a-next-of-10000", alert(200, rest=NEXT.replace("<Next>1", "<Next>{{9*10000}}")), ["Alert 412"])
    first("alert-twice-for-one-datastore", alert(201) + alert(201).replace("<CmdID>1", "<CmdID>2"), ["Alert 200", "Alert 403"])
    for number, uri in enumerate(["/etc/passwd", "./devinf/../x", "contacts", "{{x*1000}}", "http://127.0.0.1:22/"], 1):
        codes = ["Get 200"] if "devinf" in uri else ["Get 404"]
        first(f"get-{number:02}", f"<Get><CmdID>1</CmdID><Item><Target><LocURI>{uri}</LocURI></Target></Item></Get>", codes)
    for number, name in enumerate(["Fetch", "Reboot", "SyncHdr2", "DevInf", "a", "_", "Ä"], 1):
        first(f"unknown-command-{number:02}", f"<{name}><CmdID>1</CmdID></{name}>", [f"{name} 501"])
    first("exec", "<Exec><CmdID>1</CmdID><Item><Target><LocURI>/bin/sh</LocURI></Target></Item></Exec>", ["Exec 501"])
    first("a-change-outside-of-a-sync", f"<Add><CmdID>1</CmdID>{TYPE}{item('1')}</Add>", ["Add 405"])
    first("a-sync-before-its-alert", sync(f"<Add><CmdID>2</CmdID>{TYPE}{item('1')}</Add>"), ["Sync 404", "Add 404"])
    first("a-map-before-its-alert", "<Map><CmdID>1</CmdID><Target><LocURI>contacts</LocURI></Target><Source><LocURI>./c</LocURI></Source><MapItem><Target><LocURI>1</LocURI></Target><Source><LocURI>1</LocURI></Source></MapItem></Map>", ["Map 404"])
    first("a-status-for-nothing", "<Status><CmdID>1</CmdID><MsgRef>7</MsgRef><CmdRef>9</CmdRef><Cmd>Add</Cmd><Data>201</Data></Status>", [])
    later("a-sync-of-another-datastore", sync(f"<Add><CmdID>2</CmdID>{TYPE}{item('1')}</Add>", "calendar").replace("./c<", "./x<"), ["Sync 404", "Add 404"])
    for number, (luid, code) in enumerate([("", 412), ("{{9*256}}", 414), ("{{9*100000}}", 414), ("a&#10;b", 400), ("a&#9;b", 400)], 1):
        later(f"luid-{number:02}", sync(f"<Add><CmdID>2</CmdID>{TYPE}{item(luid)}</Add>"), ["Sync 200", f"Add {code}"])
    later("an-add-without-item", sync("<Add><CmdID>2</CmdID></Add>"), ["Sync 200", "Add 412"])
    later("an-add-without-data", sync(f"<Add><CmdID>2</CmdID>{TYPE}<Item><Source><LocURI>1</LocURI></Source></Item></Add>"), ["Sync 200", "Add 412"])
    later("a-delete-in-a-slow-sync", sync("<Delete><CmdID>2</CmdID><Item><Source><LocURI>404</LocURI></Source></Item></Delete>"), ["Sync 200", "Delete 403"])
    later("base64-that-is-none", sync("<Add><CmdID>2</CmdID><Meta><Format xmlns='syncml:metinf'>b64</Format><Type xmlns='syncml:metinf'>text/vcard</Type></Meta><Item><Source><LocURI>1</LocURI></Source><Data>!!!</Data></Item></Add>"), ["Sync 200", "Add 415"])
    later("a-map-of-a-stranger", "<Map><CmdID>1</CmdID><Target><LocURI>contacts</LocURI></Target><Source><LocURI>./c</LocURI></Source><MapItem><Target><LocURI>999999</LocURI></Target><Source><LocURI>1</LocURI></Source></MapItem></Map>", ["Map 404"])
    later("an-alert-in-package-3", alert(200), ["Alert 403"])
    for number, msg in enumerate(["0", "-1", "4294967296", "x"], 1):
        case("command", f"msgid-in-a-session-{number:02}", message(head=header(msg=msg, rest="")), 400, session=True)
    stranger = message(body=sync("") + "<Final/>", head=header(msg="2", rest="", source="IMEI:somebody"))
    case("command", "another-device-in-a-session", stranger, 200, ["SyncHdr 512"], session=True)
    other = message(body=sync("") + "<Final/>", head=header(msg="2", rest="", session="other"))
    case("command", "another-sessionid-in-a-session", other, 200, ["SyncHdr 512"], session=True)
    question = message(body="<Alert><CmdID>1</CmdID><Data>221</Data></Alert>", head=header(msg="7", rest=""))
    case("command", "a-question-about-nothing", question, 200, ["SyncHdr 512"], session=True)


def requests():
    """HTTP: methods, types, codings, lengths."""
    def request(name, text, http, codes=None):
        case("http", name, text.replace("\n", "\r\n").encode(), http, codes, kind="http")

    post = "POST /sync HTTP/1.1\nHost: {host}\nConnection: close\n"
    for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"]:
        request(f"method-{method.lower()}", f"{method} /sync HTTP/1.1\nHost: {{host}}\nConnection: close\n\n", 405)
    for number, path in enumerate(["/", "/elsewhere", "/sync/", "/sync/../etc/passwd", "/%2e%2e/etc/passwd", "/SYNC", "//sync"], 1):
        request(f"path-{number:02}", post.replace("/sync", path, 1) + "Content-Type: application/vnd.syncml+xml\nContent-Length: {length}\n\n{xml}", 404)
    for number, kind in enumerate(["text/plain", "text/html", "application/json", "application/vnd.syncml.dm+xml", "application/vnd.syncml.dm+wbxml", "application/vnd.syncml", "application/vnd.wap.wbxml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "image/png", "application/vnd.syncml+xml+gzip", "*/*"], 1):
        request(f"type-{number:02}", post + f"Content-Type: {kind}\nContent-Length: {{length}}\n\n{{xml}}", 415)
    for number, coding in enumerate(["gzip", "deflate", "br", "zstd", "compress", "gzip, identity", "x"], 1):
        request(f"coding-{number:02}", post + f"Content-Type: application/vnd.syncml+xml\nContent-Encoding: {coding}\nContent-Length: {{length}}\n\n{{xml}}", 415)
    for number, charset in enumerate(["iso-8859-1", "utf-16", "us-ascii, iso-8859-15;q=0.3", "x-klingon"], 1):
        request(f"accept-charset-{number:02}", post + f"Content-Type: application/vnd.syncml+xml\nAccept-Charset: {charset}\nContent-Length: {{length}}\n\n{{xml}}", 406)
    for number, charset in enumerate(["utf-7", "klingon", "ebcdic"], 1):
        request(f"charset-{number:02}", post + f"Content-Type: application/vnd.syncml+xml; charset={charset}\nContent-Length: {{length}}\n\n{{xml}}", 415)
    for number, length in enumerate(["104857600", "4194305", "18446744073709551615"], 1):
        request(f"length-{number:02}", post + f"Content-Type: application/vnd.syncml+xml\nContent-Length: {length}\n\n", 413)
    for number, length in enumerate(["-1", "x", "1e3", "0x10", "99999999999999999999", "1, 2"], 1):
        request(f"bad-length-{number:02}", post + f"Content-Type: application/vnd.syncml+xml\nContent-Length: {length}\n\n{{xml}}", 400)
    request("two-lengths", post + "Content-Length: 3\nContent-Length: 4\n\nabcd", 400)
    request("length-and-chunks", post + "Content-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n", 400)
    request("bad-chunk", post + "Content-Type: application/vnd.syncml+xml\nTransfer-Encoding: chunked\n\nzz\nabc\n0\n\n", 400)
    request("chunks-of-5-mib", post + "Content-Type: application/vnd.syncml+xml\nTransfer-Encoding: chunked\n\n500000\n{{ *5242880}}\n0\n\n", 413)
    request("no-version", "POST /sync\nHost: {host}\n\n", 400)
    request("version-9", "POST /sync HTTP/9.9\nHost: {host}\n\n", 400)
    request("many-headers", post + "{{X-{n}: y\n*120}}\n", 431)
    request("no-body", post + "Content-Type: application/vnd.syncml+xml\nContent-Length: 0\n\n", 400)
    for number, token in enumerate(["7-0123456789abcdef0123456789abcdef", "..%2f..%2fetc", "", "-", "7-", "zz-zz", "ffffffffffffffffffff-abc", "7-{{a*2000}}", "'%20OR%201=1"], 1):
        request(f"token-{number:02}", post.replace("/sync", f"/sync?s={token}", 1) + "Content-Type: application/vnd.syncml+xml\nContent-Length: {length}\n\n{next}", 200, ["SyncHdr 512"])


def toml(case_):
    folder, name, kind, data, http, codes, session = case_
    parts = [f"http = {http}"]
    if codes is not None:
        parts.append("codes = [" + ", ".join(f'"{code}"' for code in codes) + "]")
    if session:
        parts.append("session = true")
    return f'"{name}.{kind}" = {{ {", ".join(parts)} }}\n'


for name, text in {"good": GOOD, "next": message(body="<Sync><CmdID>1</CmdID><Target><LocURI>contacts</LocURI></Target><Source><LocURI>./c</LocURI></Source></Sync><Final/>", head=header(msg="2", rest=""))}.items():
    with open(f"{name}.xml", "w", encoding="utf-8") as file:
        file.write(text)
for recipe in [xml_documents, xml_references, xml_sizes, xml_charsets, wbxml_documents, headers, commands, requests]:
    recipe()
for folder in sorted({case_[0] for case_ in CASES}):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    ours = [case_ for case_ in CASES if case_[0] == folder]
    assert len({case_[1] for case_ in ours}) == len(ours), "a name stands twice"
    for case_ in ours:
        with open(f"{folder}/{case_[1]}.{case_[2]}", "wb") as file:
            file.write(case_[3])
    with open(f"{folder}/expected.toml", "w", encoding="utf-8") as file:
        file.write("# Made by make.py.\n" + "".join(toml(case_) for case_ in ours))
