//! Whatever the text: no panic, places inside the text, and no configuration without a reason.

use super::*;

const SEEDS: [&str; 3] = [
    "version: \"3.0\"\nname: app\ndeployment:\n  provider: runpod\n  image: a/b:1\n  resources: {gpu: {enabled: true, tier: gpu-small}}\nextensions: {profile: full}\nsecrets:\n  - {name: A, source: env}\nproviders:\n  runpod:\n    gpuType: NVIDIA L4\n    ports: [80/http, 22/tcp]\n    volumeSizeGb: 20\n    spotBid: 0\n",
    "version: 3.0\nname: app\ndeployment:\n  provider: northflank\n  image: a/b:1\n  volumes: {workspace: {size: 10GB}}\nproviders:\n  northflank:\n    projectName: lab\n    ports:\n      - name: web\n        internalPort: 80\n        public: true\n    healthCheck: {type: http, path: /, port: 80}\n    autoScaling: {enabled: true}\n",
    "a: &x {k: [1, 2]}\nb:\n  <<: *x\n  t: |\n    text\n  q: \"ü\\n\"\n? c\n: 'd'\n",
];

/// A small generator: the same mistakes on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }
}

fn mutate(text: &str, random: &mut Random) -> String {
    const PIECES: [&str; 16] = [
        ":", "\n", "  ", "- ", "{", "}", "[", "]", "\"", "'", "#", "&a ", "*a", "\t", "ü", "null",
    ];
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(2) {
        let at = random.below(characters.len());
        match random.below(4) {
            0 => {
                characters.remove(at.min(characters.len().saturating_sub(1)));
            }
            1 => characters
                .splice(at..at, PIECES[random.below(PIECES.len())].chars())
                .for_each(drop),
            2 => characters.truncate(at.max(1)),
            _ => {
                let end = (at + random.below(40)).min(characters.len());
                let copy: Vec<char> = characters[at..end].to_vec();
                let to = random.below(characters.len());
                characters.splice(to..to, copy).for_each(drop);
            }
        }
        if characters.is_empty() {
            characters.push('a');
        }
    }
    characters.into_iter().collect()
}

#[test]
fn any_text_ends_in_a_configuration_or_in_findings_that_point_into_it() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut read, mut refused) = (0, 0);
    for round in 0..3000 {
        let text = mutate(SEEDS[round % SEEDS.len()], &mut random);
        let provider = [None, Some("runpod"), Some("northflank")][random.below(3)];
        let validation = [Validation::Strict, Validation::Lenient][random.below(2)];
        let (source, examined) = run_as(&text, provider, validation);
        for finding in &examined.findings {
            let span = finding.span;
            assert!(
                span.start <= span.end && span.end <= text.len(),
                "{text:?} {finding:?}"
            );
            assert!(
                text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
                "{text:?} {finding:?}"
            );
            assert!(
                !finding.label.is_empty() && finding.help.is_some(),
                "{finding:?}"
            );
            assert!(
                !finding.one_line(&source).contains('\n'),
                "{text:?} {finding:?}"
            );
        }
        let is_refused = examined
            .findings
            .iter()
            .any(|found| found.severity == Severity::Error);
        assert_eq!(
            examined.config.is_none(),
            is_refused,
            "{text:?} {:#?}",
            examined.findings
        );
        if is_refused { refused += 1 } else { read += 1 }
    }
    assert!(
        read > 300 && refused > 300,
        "one-sided: {read} read, {refused} refused"
    );
}

#[test]
fn a_hostile_file_is_refused_in_bounded_time_and_with_bounded_words() {
    let many_keys: Vec<String> = (0..40_000)
        .map(|index| format!("gpuTyp{index}: 1"))
        .collect();
    let (_, examined) = run(&many_keys.join("\n"));
    assert!(examined.findings.len() <= 501);
    // A mistake is not overlooked because it comes after all that can be shown.
    let hidden = format!(
        "{}\n{}    gpuTyp: x\n",
        (0..600)
            .map(|index| format!("x{index}: 1"))
            .collect::<Vec<_>>()
            .join("\n"),
        file("runpod", "", "gpuCount: 1"),
    );
    assert!(run(&hidden).1.config.is_none());
    let long_key = format!("{}: 1\n", "k".repeat(900));
    assert!(said(&long_key).lines().next().unwrap().len() < 2_500);
    let long_list = format!("version: \"3.0\"\nsecrets: [{}]\n", "x, ".repeat(100_000));
    assert!(run(&long_list).1.findings.len() <= 501);
}

#[test]
fn skipping_validation_keeps_what_no_value_can_be_made_of() {
    let lenient = |text: &str| {
        let (source, examined) = run_as(text, None, Validation::Lenient);
        (lines(&source, &examined.findings), examined.config)
    };
    let (said, config) = lenient(&file(
        "runpod",
        "",
        "gpuCount: 20\nunknown: 1\nvolumeSizeGb: 5\ncpuOnly: false\nregion: Moon",
    ));
    assert!(!said.contains("error"), "{said}");
    let Target::Runpod(pod) = config.unwrap().target else {
        panic!("a pod")
    };
    let Compute::Gpu(gpu) = pod.compute else {
        panic!("cards")
    };
    assert_eq!(gpu.count, 20);
    assert_eq!(
        pod.volume,
        Volume::Pod {
            size_gb: 5,
            path: "/workspace".to_owned()
        }
    );
    assert_eq!(pod.region, Region::DataCenter("Moon".to_owned()));
    for wrong in [
        "gpuCount: two",
        "ports: [80/udp]",
        "cloudType: ALL",
        "volumeSizeGb: -1",
    ] {
        let (said, config) = lenient(&file("runpod", "", wrong));
        assert!(
            said.contains("error") && config.is_none(),
            "{wrong}: {said}"
        );
    }
}
