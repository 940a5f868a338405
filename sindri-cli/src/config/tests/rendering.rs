//! Findings as people see them.

use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};

use super::*;

fn drawn(text: &str) -> String {
    let (source, examined) = run(text);
    let look = Look {
        theme: GraphicalTheme {
            characters: ThemeCharacters::unicode(),
            styles: ThemeStyles::none(),
        },
        width: 100,
    };
    let drawn = render(&examined.findings, &source, &look);
    // The drawing pads some lines, which no editor keeps.
    drawn
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

fn drawn_runpod(deployment: &str, block: &str) -> String {
    drawn(&file("runpod", deployment, block))
}

fn drawn_northflank(deployment: &str, block: &str) -> String {
    drawn(&file("northflank", deployment, block))
}

#[test]
fn an_unknown_key() {
    insta::assert_snapshot!(drawn_runpod("", "gpuTyp: NVIDIA L4"), @"
     × providers.runpod.gpuTyp: unknown key `gpuTyp`
      ╭─[sindri.yaml:9:5]
    8 │   runpod:
    9 │     gpuTyp: NVIDIA L4
      ·     ───┬──
      ·        ╰── `providers.runpod` has no such key
      ╰────
     help: did you mean `gpuType`?
    ");
}

#[test]
fn a_wrong_type() {
    insta::assert_snapshot!(drawn_runpod("", "containerDiskGb: 50GB"), @"
     × providers.runpod.containerDiskGb: must be a whole number, not text
      ╭─[sindri.yaml:9:22]
    8 │   runpod:
    9 │     containerDiskGb: 50GB
      ·                      ──┬─
      ·                        ╰── this is text
      ╰────
     help: write `50`; the unit is in the key's name
    ");
}

#[test]
fn a_key_set_twice() {
    insta::assert_snapshot!(drawn_runpod("", "gpuCount: 1\nregion: US\ngpuCount: 2"), @"
     × providers.runpod.gpuCount: `gpuCount` is set twice in one block
       ╭─[sindri.yaml:11:5]
    10 │     region: US
    11 │     gpuCount: 2
       ·     ────┬───
       ·         ╰── already set on line 9
       ╰────
     help: keep one of the two
    ");
}

#[test]
fn a_choice_that_is_none() {
    insta::assert_snapshot!(drawn_runpod("resources: {gpu: {enabled: true, tier: a100}}", "cloudType: community"), @"
     × deployment.resources.gpu.tier: `a100` is not one of the choices
      ╭─[sindri.yaml:7:42]
    6 │   image: ghcr.io/org/app:1.0
    7 │   resources: {gpu: {enabled: true, tier: a100}}
      ·                                          ──┬─
      ·                                            ╰── not known
    8 │ providers:
      ╰────
     help: write `gpu-small`, `gpu-medium`, `gpu-large` or `gpu-xlarge`; a card is named with
           `gpuType` below `providers.runpod` or `providers.northflank`

     × providers.runpod.cloudType: `community` is not one of the choices
       ╭─[sindri.yaml:10:16]
     9 │   runpod:
    10 │     cloudType: community
       ·                ────┬────
       ·                    ╰── not known
       ╰────
     help: did you mean `COMMUNITY`? It can be `SECURE` or `COMMUNITY`
    ");
}

#[test]
fn the_oldest_form_of_the_file() {
    insta::assert_snapshot!(drawn("name: app\nprovider:\n  name: runpod\n  gpu_type: NVIDIA L4\n"), @r#"
     × deployment: `deployment` is missing
      ╭─[sindri.yaml:1:1]
    1 │ name: app
      · ▲
      · ╰── nowhere in the file
    2 │ provider:
      ╰────
     help: write `deployment:` with `provider: runpod` (or `northflank`) below it

     × version: `version` is missing
      ╭─[sindri.yaml:1:1]
    1 │ name: app
      · ▲
      · ╰── nowhere in the file
    2 │ provider:
      ╰────
     help: write `version: "3.0"`

     ☞ extensions: no `extensions`: the `minimal` set is installed
      ╭─[sindri.yaml:1:1]
    1 │ name: app
      · ▲
      · ╰── nothing is said
    2 │ provider:
      ╰────
     help: write `extensions: {profile: minimal}` to say so

     × provider: `provider` has moved: `deployment.provider` holds the name, `providers.<name>` the
     │ options
      ╭─[sindri.yaml:2:1]
    1 │ name: app
    2 │ provider:
      · ────┬───
      ·     ╰── no longer at the top level
    3 │   name: runpod
      ╰────
     help: write `provider: runpod` below `deployment:`, the options below `providers.runpod:` and
           the image as `deployment.image`; `gpu_type` is now `gpuType`
    "#);
}

#[test]
fn a_near_miss_of_a_card() {
    insta::assert_snapshot!(drawn_runpod("", "gpuType: NVIDIA A100-80G"), @"
     ⚠ providers.runpod.gpuType: RunPod has no card `NVIDIA A100-80G` that is known here
      ╭─[sindri.yaml:9:14]
    8 │   runpod:
    9 │     gpuType: NVIDIA A100-80G
      ·              ───────┬───────
      ·                     ╰── looked up in the live catalog
      ╰────
     help: write `NVIDIA A100 80GB PCIe` or `NVIDIA A100-SXM4-80GB`
    ");
}

#[test]
fn spot() {
    insta::assert_snapshot!(drawn_runpod("", "spot: true"), @"
     ⚠ providers.runpod.spot: RunPod no longer has spot pods
      ╭─[sindri.yaml:9:11]
    8 │   runpod:
    9 │     spot: true
      ·           ──┬─
      ·             ╰── `plan` and `deploy` refuse this
      ╰────
     help: write `spot: false` without `spotBid`, or deploy with `--on-demand`
    ");
}

#[test]
fn a_network_volume_on_community_hosts() {
    insta::assert_snapshot!(drawn_runpod("", "cloudType: COMMUNITY\nnetworkVolumeId: vol-1"), @"
     × providers.runpod.cloudType: network volumes need SECURE hosts
       ╭─[sindri.yaml:9:16]
     8 │   runpod:
     9 │     cloudType: COMMUNITY
       ·                ────┬────
       ·                    ╰── `networkVolumeId` is set
    10 │     networkVolumeId: vol-1
       ╰────
     help: write `cloudType: SECURE`, or remove `networkVolumeId`
    ");
}

#[test]
fn a_card_on_a_cpu_pod() {
    insta::assert_snapshot!(drawn_runpod("", "cpuOnly: true\ngpuType: NVIDIA L4"), @"
     × providers.runpod.gpuType: `gpuType` asks for a card, `cpuOnly: true` for none
       ╭─[sindri.yaml:10:14]
     9 │     cpuOnly: true
    10 │     gpuType: NVIDIA L4
       ·              ────┬────
       ·                  ╰── asks for a card
       ╰────
     help: remove `cpuOnly`, or `gpuType`
    ");
}

#[test]
fn a_volume_below_the_floor() {
    insta::assert_snapshot!(drawn_runpod("", "volumeSizeGb: 5"), @"
     × providers.runpod.volumeSizeGb: a volume has at least 10 GB
      ╭─[sindri.yaml:9:19]
    8 │   runpod:
    9 │     volumeSizeGb: 5
      ·                   ┬
      ·                   ╰── 5 GB
      ╰────
     help: write `volumeSizeGb: 10`, or 0 for none
    ");
}

#[test]
fn both_spellings() {
    insta::assert_snapshot!(drawn_runpod("", "gpuType: NVIDIA L4\ngpu_type: NVIDIA L4"), @"
     × providers.runpod.gpuType: `gpuType` and `gpu_type` are the same setting
       ╭─[sindri.yaml:10:5]
     9 │     gpuType: NVIDIA L4
    10 │     gpu_type: NVIDIA L4
       ·     ────┬───
       ·         ╰── already set on line 9
       ╰────
     help: set only one of `gpuType`, `gpu_type`
    ");
}

#[test]
fn a_public_port_that_cannot_be() {
    insta::assert_snapshot!(drawn_northflank("", "ports:\n  - name: db\n    internalPort: 5432\n    protocol: TCP\n    public: true"), @"
     × providers.northflank.ports[0].public: a TCP port cannot be public
       ╭─[sindri.yaml:14:17]
    13 │         protocol: TCP
    14 │         public: true
       ·                 ──┬─
       ·                   ╰── only HTTP and HTTP/2 can
       ╰────
     help: write `public: false`, or `protocol: HTTP` if the service speaks it
    ");
}

#[test]
fn health_checks_of_old_files() {
    insta::assert_snapshot!(drawn_northflank("", "healthCheck:\n  type: TCP\n  port: 80\n  initialDelay: 5\n  interval: 10"), @"
     × providers.northflank.healthCheck.type: `TCP` is not one of the choices
       ╭─[sindri.yaml:11:13]
    10 │     healthCheck:
    11 │       type: TCP
       ·             ─┬─
       ·              ╰── not known
    12 │       port: 80
       ╰────
     help: did you mean `tcp`? It can be `http`, `tcp` or `command`

     × providers.northflank.healthCheck.initialDelay: unknown key `initialDelay`
       ╭─[sindri.yaml:13:7]
    12 │       port: 80
    13 │       initialDelay: 5
       ·       ──────┬─────
       ·             ╰── `providers.northflank.healthCheck` has no such key
    14 │       interval: 10
       ╰────
     help: write `initialDelaySeconds`

     × providers.northflank.healthCheck.interval: unknown key `interval`
       ╭─[sindri.yaml:14:7]
    13 │       initialDelay: 5
    14 │       interval: 10
       ·       ────┬───
       ·           ╰── `providers.northflank.healthCheck` has no such key
       ╰────
     help: write `periodSeconds`
    ");
}

#[test]
fn broken_syntax() {
    insta::assert_snapshot!(drawn("version: \"3.0\"\nname: app\ndeployment:\n\tprovider: runpod\n"), @"
     × a tab is used for indentation
      ╭─[sindri.yaml:4:2]
    3 │ deployment:
    4 │     provider: runpod
      ·     ┬
      ·     ╰── tab
      ╰────
     help: indent with two spaces a level
    ");
}

#[test]
fn columns_count_characters_and_windows_line_ends_do_not_show() {
    insta::assert_snapshot!(drawn("name: app\r\ndeployment: {ümläut: ünd, provider: runpd}\r\nversion: \"3.0\"\r\n"), @r#"
     ☞ extensions: no `extensions`: the `minimal` set is installed
      ╭─[sindri.yaml:1:1]
    1 │ name: app
      · ▲
      · ╰── nothing is said
    2 │ deployment: {ümläut: ünd, provider: runpd}
      ╰────
     help: write `extensions: {profile: minimal}` to say so

     ⚠ deployment.ümläut: unknown key `ümläut`
      ╭─[sindri.yaml:2:14]
    1 │ name: app
    2 │ deployment: {ümläut: ünd, provider: runpd}
      ·              ───┬──
      ·                 ╰── `deployment` has no such key
    3 │ version: "3.0"
      ╰────
     help: it can hold `provider`, `image`, `image_config`, `distro`, `buildFromSource`, `volumes`
           and `resources`

     × deployment.provider: `runpd` is not one of the choices
      ╭─[sindri.yaml:2:37]
    1 │ name: app
    2 │ deployment: {ümläut: ünd, provider: runpd}
      ·                                     ──┬──
      ·                                       ╰── not known
    3 │ version: "3.0"
      ╰────
     help: did you mean `runpod`? It can be `runpod`, `northflank`, `docker`, `docker-compose`,
           `fly`, `devpod`, `e2b`, `kubernetes` or `packer`
    "#);
}

#[test]
fn the_first_line_of_a_value_of_many_lines_is_enough() {
    insta::assert_snapshot!(drawn_runpod("", "gpuCount: |\n  one\n  two\nregion: US"), @"
     × providers.runpod.gpuCount: must be a whole number, not text
       ╭─[sindri.yaml:10:7]
     9 │     gpuCount: |
    10 │       one
       ·       ─┬─
       ·        ╰── this is text
    11 │       two
       ╰────
     help: write for example `1`
    ");
}
