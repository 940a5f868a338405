//! Forms that text values take.
//!
//! Each has a test in code, a pattern for the JSON Schema and words for people. A test of this crate
//! holds code and pattern together.

/// A form of text.
#[derive(Debug, Clone, Copy)]
pub(in crate::config) struct Shape {
    /// The same rule as `test`, as an ECMA 262 pattern. Empty: any text that is not empty.
    pub(in crate::config) pattern: &'static str,
    /// The rule in words, to follow "must be".
    pub(in crate::config) words: &'static str,
    /// Whether text of another form cannot be used at all, even when findings are overruled.
    pub(in crate::config) is_needed: bool,
    /// A value of this form.
    pub(in crate::config) example: &'static str,
    pub(in crate::config) test: fn(&str) -> bool,
    /// What was probably meant by text of another form; the result need not pass the test.
    pub(in crate::config) repair: fn(&str) -> Option<String>,
}

impl Shape {
    /// A repaired value, if there is one and it is of this form.
    pub(in crate::config) fn repaired(&self, text: &str) -> Option<String> {
        (self.repair)(text).filter(|repaired| (self.test)(repaired))
    }
}

fn nothing(_: &str) -> Option<String> {
    None
}

/// Anything but nothing.
pub(in crate::config) const ANY: Shape = Shape {
    pattern: "",
    words: "text that is not empty",
    is_needed: false,
    example: "text",
    test: |text| !text.trim().is_empty(),
    repair: nothing,
};

/// An image; more is checked when it is taken apart.
pub(in crate::config) const IMAGE: Shape = Shape {
    example: "ghcr.io/org/app:1.0",
    ..ANY
};

/// An image without a tag; more is checked when it is taken apart.
pub(in crate::config) const REPOSITORY: Shape = Shape {
    example: "ghcr.io/org/app",
    ..ANY
};

/// An extension. Their names travel in one variable, with commas between.
pub(in crate::config) const EXTENSION: Shape = Shape {
    pattern: r"^[^,\s]+$",
    words: "a name without blanks and commas",
    is_needed: false,
    example: "nodejs",
    test: |text| {
        !text.is_empty()
            && !text.contains(|character: char| character == ',' || character.is_whitespace())
    },
    repair: |text| Some(text.trim().to_owned()),
};

/// Anything, nothing included.
pub(in crate::config) const ANY_OR_EMPTY: Shape = Shape {
    pattern: "^",
    words: "text",
    is_needed: false,
    example: "text",
    test: |_| true,
    repair: nothing,
};

/// `3.0`
pub(in crate::config) const VERSION: Shape = Shape {
    pattern: r"^\d+\.\d+$",
    words: "two numbers with a dot between",
    is_needed: false,
    example: "3.0",
    test: |text| {
        text.split_once('.')
            .is_some_and(|(major, minor)| is_digits(major) && is_digits(minor))
    },
    repair: |text| is_digits(text).then(|| format!("{text}.0")),
};

/// Name of a deployment.
pub(in crate::config) const NAME: Shape = Shape {
    pattern: "^[a-z][a-z0-9-]{0,62}$",
    words: "lower-case letters, digits and `-`, a letter first, at most 63 characters",
    is_needed: false,
    example: "my-app",
    test: |text| is_slug(text) && text.len() <= 63,
    repair: slugged,
};

/// Name of a software set or an extension.
pub(in crate::config) const SLUG: Shape = Shape {
    pattern: "^[a-z][a-z0-9-]*$",
    words: "lower-case letters, digits and `-`, a letter first",
    is_needed: false,
    example: "minimal",
    test: is_slug,
    repair: slugged,
};

/// Name of a Northflank project.
pub(in crate::config) const PROJECT: Shape = Shape {
    pattern: "^(?=.{3,39}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    words: "3 to 39 lower-case letters, digits and single `-`, a letter first and no `-` at the end",
    is_needed: false,
    example: "my-project",
    test: |text| is_dashed(text, 39),
    repair: slugged,
};

/// Name of a Northflank service.
pub(in crate::config) const SERVICE: Shape = Shape {
    pattern: "^(?=.{3,54}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$",
    words: "3 to 54 lower-case letters, digits and single `-`, a letter first and no `-` at the end",
    is_needed: false,
    example: "my-service",
    test: |text| is_dashed(text, 54),
    repair: slugged,
};

/// Name of a Northflank port.
pub(in crate::config) const PORT_NAME: Shape = Shape {
    pattern: "^[a-z][a-z0-9-]{0,7}$",
    words: "at most 8 lower-case letters, digits and `-`, a letter first",
    is_needed: false,
    example: "web",
    test: |text| is_slug(text) && text.len() <= 8,
    repair: slugged,
};

/// A Northflank region.
pub(in crate::config) const NORTHFLANK_REGION: Shape = Shape {
    pattern: "^([a-z][a-z0-9-]*)?$",
    words: "lower-case letters, digits and `-`",
    is_needed: false,
    example: "us-east",
    test: |text| text.is_empty() || is_slug(text),
    repair: slugged,
};

/// Where a RunPod pod may run.
pub(in crate::config) const RUNPOD_REGION: Shape = Shape {
    pattern: r"^([A-Z]{2,4}-[A-Z]{2,4}-\d+|US|EU|CA)?$",
    words: "a data center such as `US-TX-3`, or one of `US`, `EU`, `CA`",
    is_needed: false,
    example: "US-TX-3",
    test: |text| matches!(text, "" | "US" | "EU" | "CA") || is_data_center(text),
    repair: |text| Some(text.to_uppercase().replace('_', "-")),
};

/// A RunPod port.
pub(in crate::config) const RUNPOD_PORT: Shape = Shape {
    pattern: "^[1-9][0-9]*/(http|tcp)$",
    words: "a port and `http` or `tcp`",
    is_needed: true,
    example: "8888/http",
    test: |text| {
        text.split_once('/').is_some_and(|(port, protocol)| {
            matches!(protocol, "http" | "tcp") && is_digits(port) && !port.starts_with('0')
        })
    },
    repair: |text| {
        let text = text.trim().to_ascii_lowercase();
        if is_digits(&text) {
            return Some(if text == "22" {
                "22/tcp".to_owned()
            } else {
                format!("{text}/http")
            });
        }
        Some(
            text.replace("/https", "/http")
                .replace("/udp", "/tcp")
                .replace([' ', ':'], ""),
        )
    },
};

/// A CPU flavour with its size.
pub(in crate::config) const CPU_INSTANCE: Shape = Shape {
    pattern: r"^cpu\d+[a-z]-\d+-\d+$",
    words: "a flavour, its vCPUs and its memory in GB",
    is_needed: false,
    example: "cpu3c-4-8",
    test: is_cpu_instance,
    repair: |text| Some(text.trim().to_ascii_lowercase().replace('_', "-")),
};

/// A Northflank compute plan.
pub(in crate::config) const COMPUTE_PLAN: Shape = Shape {
    pattern: r"^nf-compute-\d+(-\d+)?$",
    words: "a compute plan id",
    is_needed: false,
    example: "nf-compute-200",
    test: |text| {
        text.strip_prefix("nf-compute-").is_some_and(|size| {
            let (cpus, memory) = size.split_once('-').unwrap_or((size, "0"));
            is_digits(cpus) && is_digits(memory)
        })
    },
    repair: |text| {
        let text = text.trim().to_ascii_lowercase().replace('_', "-");
        let size = text
            .trim_start_matches("nf-")
            .trim_start_matches("compute-");
        Some(format!("nf-compute-{size}"))
    },
};

/// Id of stored registry credentials.
pub(in crate::config) const CREDENTIALS: Shape = Shape {
    pattern: "^[A-Za-z0-9-]+$",
    words: "the id of stored credentials: letters, digits and `-`",
    is_needed: false,
    example: "my-registry",
    test: |text| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    },
    repair: nothing,
};

/// A path in the container.
pub(in crate::config) const ABSOLUTE_PATH: Shape = Shape {
    pattern: "^/",
    words: "an absolute path",
    is_needed: false,
    example: "/workspace",
    test: |text| text.starts_with('/'),
    repair: |text| Some(format!("/{}", text.trim_start_matches("./"))),
};

/// Where Northflank mounts a volume.
pub(in crate::config) const MOUNT_PATH: Shape = Shape {
    pattern: "^/[^:]*$",
    words: "an absolute path without `:`",
    is_needed: false,
    example: "/workspace",
    test: |text| text.starts_with('/') && !text.contains(':'),
    repair: |text| Some(format!("/{}", text.trim_start_matches("./"))),
};

/// Source of a file secret.
pub(in crate::config) const SOURCE_PATH: Shape = Shape {
    pattern: r"^(?!(.*/)?\.\.(/|$)).+$",
    words: "a path without `..`",
    is_needed: false,
    example: "secrets/key.pem",
    test: |text| !text.is_empty() && text.split('/').all(|part| part != ".."),
    repair: nothing,
};

/// Name of an environment variable.
pub(in crate::config) const ENV_NAME: Shape = Shape {
    pattern: "^[A-Z][A-Z0-9_]*$",
    words: "capitals, digits and `_`, a letter first",
    is_needed: false,
    example: "API_TOKEN",
    test: |text| {
        text.starts_with(|first: char| first.is_ascii_uppercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    },
    repair: |text| {
        Some(
            text.trim()
                .to_ascii_uppercase()
                .replace(['-', '.', ' '], "_"),
        )
    },
};

/// Permissions of a file.
pub(in crate::config) const PERMISSIONS: Shape = Shape {
    pattern: "^0[0-7]{3}$",
    words: "`0` and three octal digits",
    is_needed: false,
    example: "0644",
    test: |text| {
        text.len() == 4
            && text.starts_with('0')
            && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte))
    },
    repair: |text| {
        let digits = text.trim_start_matches("0o");
        Some(format!("0{digits}"))
    },
};

/// An image digest.
pub(in crate::config) const DIGEST: Shape = Shape {
    pattern: "^sha256:[a-f0-9]{64}$",
    words: "`sha256:` and 64 hexadecimal digits in lower case",
    is_needed: false,
    example: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    test: is_digest,
    repair: |text| {
        let text = text.trim().trim_start_matches('@').to_ascii_lowercase();
        Some(if text.starts_with("sha256:") {
            text
        } else {
            format!("sha256:{text}")
        })
    },
};

/// An image tag.
pub(in crate::config) const TAG: Shape = Shape {
    pattern: r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
    words: "an image tag: letters, digits, `_`, `.` and `-`, at most 128 characters",
    is_needed: false,
    example: "3.1.0",
    test: is_tag,
    repair: |text| Some(text.trim().trim_start_matches(':').to_owned()),
};

/// `sha256:` and 64 hexadecimal digits.
pub(in crate::config) fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64
            && hex
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

/// An image tag.
pub(in crate::config) fn is_tag(text: &str) -> bool {
    text.len() <= 128
        && text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

/// Whether `text` has the form of a RunPod data center id.
pub(in crate::config) fn is_data_center(text: &str) -> bool {
    let is_word = |word: &str| {
        (2..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let mut parts = text.split('-');
    parts.next().is_some_and(is_word)
        && parts.next().is_some_and(is_word)
        && parts.next().is_some_and(is_digits)
        && parts.next().is_none()
}

fn is_cpu_instance(text: &str) -> bool {
    let mut parts = text.split('-');
    let flavor = parts.next().and_then(|flavor| flavor.strip_prefix("cpu"));
    let is_flavor = flavor.is_some_and(|rest| {
        let generation = rest.trim_end_matches(|last: char| last.is_ascii_lowercase());
        is_digits(generation) && rest.len() == generation.len() + 1
    });
    is_flavor
        && parts.next().is_some_and(is_digits)
        && parts.next().is_some_and(is_digits)
        && parts.next().is_none()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_slug(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_dashed(text: &str, most: usize) -> bool {
    is_slug(text)
        && (3..=most).contains(&text.len())
        && !text.contains("--")
        && !text.ends_with('-')
}

/// Lower case, with `-` for everything that is neither letter nor digit.
fn slugged(text: &str) -> Option<String> {
    let mut slug = String::with_capacity(text.len());
    for character in text.trim().chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug
        .trim_start_matches(|first: char| !first.is_ascii_lowercase())
        .trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}
