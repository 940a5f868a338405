//! `deployment` and `extensions`: what runs, whatever the provider.

use super::shape::{ABSOLUTE_PATH, ANY, DIGEST, EXTENSION, IMAGE, REPOSITORY, SLUG, TAG};
use super::table::{Block, Field, Kind, Unknown};

/// Providers of the format. The first two are ours.
pub(in crate::config) const PROVIDERS: &[&str] = &[
    "runpod",
    "northflank",
    "docker",
    "docker-compose",
    "fly",
    "devpod",
    "e2b",
    "kubernetes",
    "packer",
];

/// Distributions an image may hold.
const DISTROS: &[&str] = &["ubuntu", "fedora", "opensuse"];

/// Size classes of graphics cards, smallest first.
const TIERS: &[&str] = &["gpu-small", "gpu-medium", "gpu-large", "gpu-xlarge"];

/// Counts of cards, and other small numbers, fit well below this.
const NO_LIMIT: i64 = 1_000_000;

pub(super) static DEPLOYMENT: Block = Block {
    unknown: Unknown::Warning,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new(
            "provider",
            Kind::Choice(PROVIDERS),
            "Where it runs; `--provider` overrides. This program deploys to `runpod` and `northflank`",
        )
        .required(),
        Field::new(
            "image",
            Kind::Text(IMAGE),
            "Container image, used as written. Northflank needs a tag or a digest",
        ),
        Field::new(
            "image_config",
            Kind::Block(&IMAGE_CONFIG),
            "The image in parts; `digest`, then `tag_override` come before `deployment.image`",
        ),
        Field::new(
            "distro",
            Kind::Choice(DISTROS),
            "Distribution the image is expected to hold; checked against its tag, sent nowhere",
        )
        .default("`ubuntu`"),
        Field::new(
            "buildFromSource",
            Kind::Block(&BUILD_FROM_SOURCE),
            "Building the image; not for RunPod and Northflank",
        ),
        Field::new(
            "volumes",
            Kind::Block(&VOLUMES),
            "Storage, where the provider's block does not say",
        ),
        Field::new(
            "resources",
            Kind::Block(&RESOURCES),
            "Size, where the provider's block does not say",
        ),
    ],
};

static IMAGE_CONFIG: Block = Block {
    unknown: Unknown::Warning,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new(
            "registry",
            Kind::Text(REPOSITORY),
            "Image without tag, such as `ghcr.io/org/app`",
        )
        .required(),
        Field::new("digest", Kind::Text(DIGEST), "Exact image; comes first"),
        Field::new(
            "tag_override",
            Kind::NumberLikeText(TAG),
            "Tag; comes second",
        ),
        Field::new(
            "version",
            Kind::NumberLikeText(ANY),
            "Version constraint; refused, since it needs a look-up in the registry",
        ),
        Field::new(
            "resolution_strategy",
            Kind::Choice(&["semver", "latest-stable", "pin-to-cli", "explicit"]),
            "How a version becomes a tag; all but `explicit` need a look-up in the registry",
        )
        .default("`semver`"),
        Field::new(
            "allow_prerelease",
            Kind::Bool,
            "Whether `version` may pick a pre-release; no effect without a look-up",
        )
        .default("`false`"),
        Field::new(
            "verify_signature",
            Kind::Bool,
            "Whether the signature should be verified; this program says that it does not",
        )
        .default("`true`"),
        Field::new(
            "verify_provenance",
            Kind::Bool,
            "Whether the provenance should be verified; this program says that it does not",
        )
        .default("`true`"),
        Field::new(
            "pull_policy",
            Kind::Choice(&["IfNotPresent", "Always", "Never"]),
            "When the image is pulled; both providers decide that themselves",
        )
        .default("`IfNotPresent`"),
        Field::new(
            "certificate_identity",
            Kind::Text(ANY),
            "Signer to expect; used only by verification",
        )
        .default("`https://github.com/pacphi/sindri`"),
        Field::new(
            "certificate_oidc_issuer",
            Kind::Text(ANY),
            "Issuer to expect; used only by verification",
        )
        .default("`https://token.actions.githubusercontent.com`"),
    ],
};

static BUILD_FROM_SOURCE: Block = Block {
    unknown: Unknown::Warning,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new(
            "enabled",
            Kind::Bool,
            "Refused when true: use a pre-built image",
        )
        .default("`false`"),
        Field::new(
            "gitRef",
            Kind::NumberLikeText(ANY),
            "What to build; only with `enabled: true`",
        ),
    ],
};

static VOLUMES: Block = Block {
    unknown: Unknown::Warning,
    renamed: &[],
    hints: &[],
    fields: &[Field::new(
        "workspace",
        Kind::Block(&WORKSPACE),
        "The volume for work",
    )],
};

static WORKSPACE: Block = Block {
    unknown: Unknown::Warning,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new(
            "size",
            Kind::Size,
            "Volume size when `volumeSizeGb` is not written; rounded up to whole GB",
        ),
        Field::new(
            "path",
            Kind::Text(ABSOLUTE_PATH),
            "Mount path when `volumeMountPath` is not written",
        ),
    ],
};

static RESOURCES: Block = Block {
    unknown: Unknown::Warning,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new(
            "memory",
            Kind::Size,
            "Memory. Picks the flavour of a RunPod CPU pod and the plan on Northflank; on a RunPod GPU pod the least \
             that its host must have, asked for per card in GB and rounded up",
        ),
        Field::new(
            "cpus",
            Kind::Integer {
                min: 1,
                max: NO_LIMIT,
            },
            "vCPUs. Used for RunPod pods without `vcpuCount`, on GPU pods as the least that the host must have, and \
             picks the plan on Northflank",
        ),
        Field::new("gpu", Kind::Block(&GPU), "Graphics cards")
            .default("RunPod: a GPU pod; Northflank: none"),
    ],
};

static GPU: Block = Block {
    unknown: Unknown::Error,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new(
            "enabled",
            Kind::Bool,
            "Whether cards are wanted. On RunPod this block without `enabled: true` means a CPU pod",
        )
        .default("`false` inside the block"),
        Field::new(
            "type",
            Kind::Choice(&["nvidia", "amd"]),
            "Maker of the cards; when written, no other maker's card is taken",
        )
        .default("`nvidia`"),
        Field::new(
            "count",
            Kind::Integer { min: 1, max: 8 },
            "Number of cards when `gpuCount` is not written",
        )
        .default("`1`"),
        Field::new(
            "tier",
            Kind::Choice(TIERS),
            "Size class of the card when `gpuType` is not written",
        )
        .advice("a card is named with `gpuType` below `providers.runpod` or `providers.northflank`"),
        Field::new("memory", Kind::Size, "Least memory of one card"),
    ],
};

pub(super) static EXTENSIONS: Block = Block {
    unknown: Unknown::Error,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new("profile", Kind::Text(SLUG), "Named software set").default("`minimal`"),
        Field::new(
            "active",
            Kind::List(&Kind::Text(EXTENSION)),
            "Exact list of extensions; not with `profile` or `additional`",
        ),
        Field::new(
            "additional",
            Kind::List(&Kind::Text(EXTENSION)),
            "Extensions beside those of `profile`",
        ),
        Field::new(
            "auto_install",
            Kind::Bool,
            "Whether they are installed at start",
        )
        .default("`true`"),
    ],
};
