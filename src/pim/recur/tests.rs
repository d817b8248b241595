use jiff::civil::{DateTime, date};

use super::*;

fn at(text: &str) -> DateTime {
    When::read(text).unwrap().at()
}

fn told(rule: &Rule, start: &str, most: usize) -> Vec<String> {
    Occurrences::new(rule, at(start))
        .take(most)
        .map(|at| {
            if at.hour() == 9 {
                at.strftime("%Y%m%d").to_string()
            } else {
                at.strftime("%Y%m%dT%H%M%S").to_string()
            }
        })
        .collect()
}

#[test]
#[rustfmt::skip]
fn the_rules_of_the_rfc_come_to_the_dates_it_lists() {
    let start = "19970902T090000";
    let table = [
        ("FREQ=DAILY;COUNT=3", start, "19970902 19970903 19970904"),
        ("FREQ=DAILY;UNTIL=19970904T000000Z", start, "19970902 19970903"),
        ("FREQ=DAILY;UNTIL=19970904", start, "19970902 19970903 19970904"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=5", start, "19970902 19970912 19970922 19971002 19971012"),
        ("FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SA", "19980103T090000", "19980103 19980110 19980117 19980124 19980131 19990102"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", start, "19970902 19970916 19970930 19971014 19971028 19971111"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", start, "19970902 19970904 19970916 19970918 19970930 19971002"),
        ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "19970905T090000", "19970905 19971003 19971107 19971205 19980102 19980206"),
        ("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "19970907T090000", "19970907 19970928 19971102 19971130 19980104 19980125"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "19970928T090000", "19970928 19971029 19971128 19971229 19980129 19980226"),
        ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "19970930T090000", "19970930 19971001 19971031 19971101 19971130 19971201"),
        ("FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "19970910T090000", "19970910 19970911 19970912 19970913 19970914 19970915"),
        ("FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "19970610T090000", "19970610 19970710 19980610 19980710 19990610 19990710"),
        ("FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "19970101T090000", "19970101 19970410 19970719 20000101 20000409 20000718"),
        ("FREQ=YEARLY;BYDAY=20MO", "19970519T090000", "19970519 19980518 19990517"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "19970512T090000", "19970512 19980511 19990517"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "19970313T090000", "19970313 19970320 19970327 19980305 19980312 19980319"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "19980213T090000", "19980213 19980313 19981113 19990813 20001013"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "19961105T090000", "19961105 20001107 20041102"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "19970904T090000", "19970904 19971007 19971106"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "19970929T090000", "19970929 19971030 19971127 19971230 19980129 19980226"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "19970805T090000", "19970805 19970810 19970819 19970824"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "19970805T090000", "19970805 19970817 19970819 19970831"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "20070115T090000", "20070115 20070130 20070215 20070315 20070330"),
        ("FREQ=YEARLY", "20040229T090000", "20040229 20080229 20120229"),
        ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000", start, "19970902 19970902T120000 19970902T150000"),
        ("FREQ=MINUTELY;INTERVAL=90;COUNT=3", start, "19970902 19970902T103000 19970902T120000"),
        ("FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,40;COUNT=4", "19970902T100000", "19970902T100000 19970902T104000 19970903 19970903"),
        ("FREQ=HOURLY;BYMONTH=1;BYHOUR=12", "19970902T120000", "19970902T120000 19980101T120000 19980102T120000"),
    ];
    for (rule, start, expected) in table {
        let read = Rule::read_new(rule).unwrap();
        let expected: Vec<&str> = expected.split(' ').collect();
        assert_eq!(told(&read, start, expected.len()), expected, "{rule}");
    }
}

#[test]
#[rustfmt::skip]
fn rules_are_written_as_the_sheet_lists_them() {
    // Start, iCalendar, vCalendar.
    let table = [
        ("20240102T090000", "FREQ=DAILY;INTERVAL=2;COUNT=5", "D2 #5"),
        ("20240102T090000", "FREQ=DAILY", "D1 #0"),
        ("20240101T090000", "FREQ=WEEKLY;UNTIL=20240630T000000Z;BYDAY=MO,WE", "W1 MO WE 20240630T000000Z"),
        ("20240102T090000", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "W2 TU #0"),
        ("20240109T090000", "FREQ=MONTHLY;BYDAY=2TU", "MP1 2+ TU #0"),
        ("20240126T090000", "FREQ=MONTHLY;BYDAY=-1FR", "MP1 1- FR #0"),
        ("20240107T090000", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "MP2 1+ SU 1- SU #10"),
        ("20240115T090000", "FREQ=MONTHLY;BYMONTHDAY=15", "MD1 15 #0"),
        ("20240131T090000", "FREQ=MONTHLY;BYMONTHDAY=-1", "MD1 LD #0"),
        ("20240130T090000", "FREQ=MONTHLY;BYMONTHDAY=-2,5", "MD1 2- 5 #0"),
        ("20240301T090000", "FREQ=YEARLY;BYMONTH=3", "YM1 3 #0"),
        ("20240610T090000", "FREQ=YEARLY;COUNT=8;BYMONTH=6,7", "YM1 6 7 #8"),
        ("20240229T090000", "FREQ=YEARLY;BYYEARDAY=60,100", "YD1 60 100 #0"),
    ];
    for (start, new, old) in table {
        let rule = Rule::read_new(new).unwrap();
        assert_eq!(rule.write_new(), new);
        assert_eq!(
            rule.plain(at(start)).write_old(at(start)).as_deref(),
            Some(old),
            "{new}"
        );
        assert_eq!(Rule::read_old(old, at(start)).unwrap(), rule, "{old}");
    }
}

#[test]
#[rustfmt::skip]
fn old_rules_are_read_as_devices_write_them() {
    let start = "20240116T090000";
    let table = [
        ("D1", "FREQ=DAILY;COUNT=2"),
        ("d 1 #3", "FREQ=DAILY;COUNT=3"),
        ("W1 #0", "FREQ=WEEKLY"),
        ("W2 MO TU WE TH FR 20241231T235959", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20241231T235959;BYDAY=MO,TU,WE,TH,FR"),
        ("W1 TU 20241231", "FREQ=WEEKLY;UNTIL=20241231;BYDAY=TU"),
        ("MP1 #0", "FREQ=MONTHLY;BYDAY=3TU"),
        ("MP1 2+ #0", "FREQ=MONTHLY;BYDAY=2TU"),
        ("MP1 1+ 3+ MO #0", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        ("MP1 1+ MO TU 1- FR #0", "FREQ=MONTHLY;BYDAY=1MO,1TU,-1FR"),
        ("MP12 1- SU #0", "FREQ=MONTHLY;INTERVAL=12;BYDAY=-1SU"),
        ("MD1 #0", "FREQ=MONTHLY"),
        ("MD1 15+ LD 2- #0", "FREQ=MONTHLY;BYMONTHDAY=15,-1,-2"),
        ("MD1 99 #0", "FREQ=MONTHLY"),
        ("YM1 #0", "FREQ=YEARLY"),
        ("YM1 3$ 6 #0", "FREQ=YEARLY;BYMONTH=3,6"),
        ("YD1 1 366 #4", "FREQ=YEARLY;COUNT=4;BYYEARDAY=1,366"),
    ];
    for (old, new) in table {
        let rule = Rule::read_old(old, at(start)).map(|rule| rule.write_new());
        assert_eq!(rule.as_deref(), Some(new), "{old}");
    }
    for none in [
        "",
        "D",
        "D0 #0",
        "X1 #0",
        "M5 D1 #3",
        "YM1 6 W1 MO #0",
        "D1 #x",
        "W1 99999999",
        "5",
    ] {
        assert_eq!(Rule::read_old(none, at(start)), None, "{none}");
    }
}

#[test]
fn what_is_no_rule_is_refused_and_what_is_unknown_kept() {
    for none in [
        "",
        "FREQ=",
        "FREQ=OFTEN",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYMONTH=-1",
        "FREQ=DAILY;BYDAY=54MO",
        "FREQ=DAILY;BYDAY=\u{e4}",
        "FREQ=DAILY;UNTIL=99999999",
        "FREQ=DAILY;COUNT=-1",
    ] {
        assert_eq!(Rule::read_new(none), None, "{none}");
    }
    let kept = "FREQ=MONTHLY;BYMONTHDAY=1;RSCALE=HEBREW;X-MORE=1";
    assert_eq!(Rule::read_new(kept).unwrap().write_new(), kept);
    let told = for_old(
        &Rule::read_new(kept).unwrap(),
        at("20240101T090000"),
        &WINDOW,
    );
    assert!(
        matches!(told, Fit::Dates(_)),
        "a rule with an unknown part is not put into words"
    );
}

const WINDOW: Window = Window {
    from: date(2024, 1, 1).at(0, 0, 0, 0),
    until: date(2024, 12, 31).at(0, 0, 0, 0),
    most: 5,
};

#[test]
#[rustfmt::skip]
fn other_words_for_the_same_rule_reach_an_old_device_whole() {
    let table = [
        ("20240101T090000", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "W1 MO TU WE TH FR #0"),
        ("20240108T090000", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2", "MP1 2+ MO #0"),
        ("20240131T090000", "FREQ=MONTHLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYSETPOS=-1", "MD1 LD #0"),
        ("20240331T030000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "MP12 1- SU #0"),
        ("20240105T090000", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5;BYHOUR=9;BYMINUTE=0", "YM1 1 #0"),
        ("20240105T090000", "FREQ=YEARLY;BYMONTHDAY=5", "MD1 5 #0"),
        ("20240105T090000", "FREQ=MONTHLY;BYMONTH=1,7;BYMONTHDAY=5", "YM1 1 7 #0"),
        ("20240109T090000", "FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14", "MP1 2+ TU #0"),
        ("20240102T090000", "FREQ=MONTHLY;BYDAY=TU", "W1 TU #0"),
        ("20240102T090000", "FREQ=YEARLY;BYDAY=TU", "W1 TU #0"),
    ];
    for (start, new, old) in table {
        let told = for_old(&Rule::read_new(new).unwrap(), at(start), &WINDOW);
        assert_eq!(told, Fit::Exact(old.to_owned()), "{new}");
    }
}

#[test]
fn a_rule_without_old_words_is_told_as_dates_within_a_window() {
    let start = at("20231229T090000");
    let rule = Rule::read_new("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1").unwrap();
    let dates = ["20240131", "20240229", "20240329", "20240430", "20240531"];
    let dates = dates.map(|day| at(&format!("{day}T090000"))).to_vec();
    assert_eq!(for_old(&rule, start, &WINDOW), Fit::Dates(dates));
}

#[test]
fn a_count_becomes_the_date_of_its_last_occurrence() {
    let start = at("20240101T090000");
    let rule = Rule::read_new("FREQ=WEEKLY;COUNT=4").unwrap();
    assert_eq!(
        rule.with_last(start).unwrap().write_new(),
        "FREQ=WEEKLY;UNTIL=20240122T090000"
    );
    let endless = Rule::read_new("FREQ=DAILY;COUNT=1000000000").unwrap();
    assert_eq!(endless.with_last(start), None);
    let never = Rule::read_new("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2").unwrap();
    assert_eq!(never.with_last(start), None, "it was not seen to end");
}

#[test]
fn hostile_rules_end() {
    let all: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let (hours, all) = (all[..24].join(","), all.join(","));
    let rules = [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30".to_owned(),
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30".to_owned(),
        "FREQ=SECONDLY;COUNT=1000000000".to_owned(),
        "FREQ=SECONDLY;INTERVAL=4294967295".to_owned(),
        "FREQ=YEARLY;INTERVAL=4294967295".to_owned(),
        format!(
            "FREQ=YEARLY;BYHOUR={hours};BYMINUTE={all};BYSECOND={all};BYDAY=MO,TU,WE,TH,FR,SA,SU"
        ),
        format!("FREQ=YEARLY;BYHOUR={hours};BYMINUTE={all};BYSECOND={all};BYSETPOS=-1"),
    ];
    for rule in rules {
        for start in ["00010101T000000", "20240101T000000", "99991231T235959"] {
            let rule = Rule::read_new(&rule).unwrap();
            let mut all = Occurrences::new(&rule, at(start));
            assert!(all.by_ref().count() <= MAX_STEPS + 400, "{rule:?}");
        }
    }
}

#[test]
fn a_rule_moves_with_the_day_of_its_start_or_says_that_it_cannot() {
    let moved = |rule: &str, days| {
        Rule::read_new(rule)
            .unwrap()
            .moved(days)
            .map(|rule| rule.write_new())
    };
    let table = [
        (
            "FREQ=WEEKLY;BYDAY=MO,SU",
            -1,
            Some("FREQ=WEEKLY;BYDAY=SU,SA;WKST=SU"),
        ),
        ("FREQ=DAILY", 1, Some("FREQ=DAILY")),
        (
            "FREQ=MONTHLY;BYMONTHDAY=15",
            -1,
            Some("FREQ=MONTHLY;BYMONTHDAY=14"),
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=1", -1, None),
        ("FREQ=MONTHLY;BYDAY=2TU", 1, None),
        ("FREQ=MONTHLY;BYDAY=2TU", 0, Some("FREQ=MONTHLY;BYDAY=2TU")),
    ];
    for (rule, days, expected) in table {
        assert_eq!(moved(rule, days).as_deref(), expected, "{rule}");
    }
}
