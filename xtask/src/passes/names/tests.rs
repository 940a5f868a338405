use super::*;

#[test]
fn types_are_pascal_case_and_never_hide_the_prelude() {
    let check = |raw: &str, expected: &str| assert_eq!(type_name(raw), expected, "{raw}");
    check("create_pod", "CreatePod");
    check("CreatePod", "CreatePod");
    check("HTTPError", "HttpError");
    check("A/B.c d", "Abcd");
    check("2fa", "X2fa");
    check("", "X");
    check("$", "X");
    check("Option", "OptionValue");
    check("string", "StringValue");
    check("self", "SelfValue");
    check("Größe", "Größe");
    check("V2.Pod", "V2Pod");
}

#[test]
fn a_type_name_stays_the_same_when_made_again() {
    for raw in [
        "X509A",
        "aB1C2d",
        "IPv4Address",
        "foo2Bar",
        "A1B",
        "ISO_8601Date",
        "ßA",
        "1a",
    ] {
        let name = type_name(raw);
        assert_eq!(type_name(&name), name, "{raw}");
    }
}

#[test]
fn variants_are_readable_and_never_the_reserved_one() {
    let check = |raw: &str, expected: &str| assert_eq!(variant_name(raw), expected, "{raw}");
    check("ISO_IEC_27001", "IsoIec27001");
    check("SOC_1_TYPE_2", "Soc1Type2");
    check("12.1", "V12_1");
    check("1.21", "V1_21");
    check("3d", "V3d");
    check("UNKNOWN", "UnknownValue");
    check("unknown", "UnknownValue");
    check("self", "SelfValue");
    check("", "Empty");
    check(" ", "Space");
    check("*", "Star");
    check(">=", "GreaterEqual");
    check("-1", "Minus1");
    check("+1", "Plus1");
    check("asc", "Asc");
    check("us-east-1", "UsEast1");
    check("New  York", "NewYork");
    check("ü", "Ü");
    check("\u{1f600}", "Sign");
}

#[test]
fn every_variant_is_an_identifier() {
    for raw in [
        "async", "type", "a\nb", "1", "-", "é€", "x'y", "\u{0}", "_", "__",
    ] {
        let name = variant_name(raw);
        assert!(
            syn::parse_str::<syn::Ident>(&name).is_ok(),
            "{raw:?} gave {name:?}"
        );
    }
}

#[test]
fn fields_are_what_progenitor_makes_of_them() {
    let check = |raw: &str, expected: &str| assert_eq!(field_name(raw), expected, "{raw}");
    check("dataCenterIds", "data_center_ids");
    check("type", "type_");
    check("self", "self_");
    check("Last-Event-ID", "last_event_id");
    check("filter[name]", "filter_name");
    check("1st", "x1st");
    check("", "x");
    check("it's", "its");
    check("+1", "plus1");
}

#[test]
fn a_taken_name_gets_the_next_free_number() {
    let mut taken = Taken::from_iter(["Pod2"]);
    assert_eq!(taken.claim("Pod"), "Pod");
    assert_eq!(taken.claim("Pod"), "Pod3");
    assert_eq!(taken.claim("Pod2"), "Pod22");
    assert!(!taken.is_free("Pod3"));
}

#[test]
fn plurals_meet_their_singulars() {
    let check = |raw: &str, expected: &str| assert_eq!(singular(raw), expected, "{raw}");
    check("pods", "pod");
    check("registries", "registry");
    check("addresses", "address");
    check("boxes", "box");
    check("status", "status");
    check("access", "access");
    check("s", "s");
}
