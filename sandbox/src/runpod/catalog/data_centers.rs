//! Data centers. Ids are those the service is known to have. What each of them offers is made up
//! here so that every case occurs, but for one fact: OC-AU-1 has no network volumes.

/// A place where pods run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DataCenter {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) country: &'static str,
    pub(crate) region: &'static str,
    /// Types of network volume, the default first.
    pub(crate) volume_types: &'static [&'static str],
    pub(crate) compliance: &'static [&'static str],
    pub(crate) global_network: bool,
    /// CUDA version that the drivers of its hosts support.
    pub(crate) cuda: &'static str,
}

const STANDARD: &[&str] = &["STANDARD"];
const BOTH: &[&str] = &["STANDARD", "HIGH_PERFORMANCE"];
const FAST: &[&str] = &["HIGH_PERFORMANCE"];

const fn place(
    id: &'static str,
    name: &'static str,
    country: &'static str,
    region: &'static str,
) -> DataCenter {
    DataCenter {
        id,
        name,
        country,
        region,
        volume_types: STANDARD,
        compliance: &[],
        global_network: false,
        cuda: "12.8",
    }
}

const fn america(id: &'static str, name: &'static str) -> DataCenter {
    place(id, name, "US", "NORTH_AMERICA")
}

const fn canada(id: &'static str, name: &'static str) -> DataCenter {
    place(id, name, "CA", "NORTH_AMERICA")
}

const fn europe(id: &'static str, name: &'static str, country: &'static str) -> DataCenter {
    let place = place(id, name, country, "EUROPE");
    DataCenter {
        compliance: &["GDPR"],
        ..place
    }
}

impl DataCenter {
    const fn volumes(self, volume_types: &'static [&'static str]) -> Self {
        Self {
            volume_types,
            ..self
        }
    }

    const fn compliant(self, compliance: &'static [&'static str]) -> Self {
        Self { compliance, ..self }
    }

    const fn networked(self) -> Self {
        Self {
            global_network: true,
            ..self
        }
    }

    const fn cuda(self, cuda: &'static str) -> Self {
        Self { cuda, ..self }
    }
}

/// All data centers, by id.
pub(crate) const DATA_CENTERS: &[DataCenter] = &[
    place("AP-JP-1", "Japan 1", "JP", "ASIA").networked(),
    canada("CA-MTL-1", "Montreal 1").networked(),
    canada("CA-MTL-2", "Montreal 2").cuda("12.4"),
    canada("CA-MTL-3", "Montreal 3").volumes(BOTH).networked(),
    canada("CA-MTL-4", "Montreal 4").cuda("12.4"),
    europe("EU-CZ-1", "Czechia 1", "CZ").networked(),
    europe("EU-FR-1", "France 1", "FR")
        .volumes(BOTH)
        .compliant(&["GDPR", "ISO_IEC_27001"]),
    europe("EU-NL-1", "Netherlands 1", "NL")
        .networked()
        .cuda("13.0"),
    europe("EU-RO-1", "Romania 1", "RO")
        .volumes(BOTH)
        .networked(),
    europe("EU-SE-1", "Sweden 1", "SE")
        .compliant(&["GDPR", "RENEWABLE"])
        .cuda("12.4"),
    europe("EUR-IS-1", "Iceland 1", "IS")
        .compliant(&["GDPR", "RENEWABLE"])
        .networked(),
    europe("EUR-IS-2", "Iceland 2", "IS")
        .compliant(&["GDPR", "RENEWABLE"])
        .networked(),
    europe("EUR-IS-3", "Iceland 3", "IS")
        .compliant(&["GDPR", "RENEWABLE"])
        .cuda("13.0"),
    europe("EUR-IS-4", "Iceland 4", "IS")
        .compliant(&["GDPR", "RENEWABLE"])
        .volumes(FAST),
    europe("EUR-NO-1", "Norway 1", "NO")
        .compliant(&["GDPR", "RENEWABLE"])
        .networked(),
    europe("EUR-NO-2", "Norway 2", "NO")
        .compliant(&["GDPR", "RENEWABLE"])
        .cuda("13.0"),
    place("OC-AU-1", "Australia 1", "AU", "OCEANIA").volumes(&[]),
    america("US-CA-2", "California 2")
        .volumes(BOTH)
        .networked()
        .cuda("13.0"),
    america("US-DE-1", "Delaware 1").networked(),
    america("US-GA-1", "Georgia 1").cuda("12.4"),
    america("US-GA-2", "Georgia 2").networked(),
    america("US-IL-1", "Illinois 1")
        .networked()
        .compliant(&["SOC_2_TYPE_2"]),
    america("US-KS-2", "Kansas 2")
        .volumes(BOTH)
        .networked()
        .compliant(&["SOC_2_TYPE_2", "HIPAA"]),
    america("US-KS-3", "Kansas 3").cuda("12.4"),
    america("US-MD-1", "Maryland 1").cuda("13.0"),
    america("US-MO-1", "Missouri 1").networked(),
    america("US-MO-2", "Missouri 2").cuda("13.0"),
    america("US-NC-1", "North Carolina 1").networked(),
    america("US-NC-2", "North Carolina 2").cuda("13.0"),
    america("US-NE-1", "Nebraska 1").cuda("13.0"),
    america("US-TX-1", "Texas 1").cuda("12.4"),
    america("US-TX-3", "Texas 3")
        .volumes(BOTH)
        .networked()
        .compliant(&["SOC_2_TYPE_2"]),
    america("US-TX-4", "Texas 4").networked(),
    america("US-WA-1", "Washington 1").networked(),
];

/// The data center of this id.
pub(crate) fn find(id: &str) -> Option<&'static DataCenter> {
    DATA_CENTERS.iter().find(|place| place.id == id)
}
