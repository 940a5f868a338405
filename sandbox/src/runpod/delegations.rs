//! Repositories on AWS (ECR) that the service may pull from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::model::new_id;

/// The user whose account this is.
pub(crate) const USER: &str = "user_sandbox";

/// The tag that images without one have.
const USUAL_TAG: &str = "latest";

/// One repository. No secret is stored: a policy of the repository lets the service in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delegation {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) repository: Repository,
    pub(crate) created_at: Timestamp,
}

/// What the ARN of a repository says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Repository {
    /// Number of the AWS account.
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) name: String,
    pub(crate) tag: String,
}

impl Repository {
    /// Reads `arn:aws:ecr:REGION:ACCOUNT:repository/NAME`, with `:TAG` at its end or not.
    fn parse(arn: &str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let mut next = || parts.next();
        let (prefix, partition, service) = (next()?, next()?, next()?);
        let (region, account, resource) = (next()?, next()?, next()?);
        let path = resource.strip_prefix("repository/")?;
        let (name, tag) = path.split_once(':').unwrap_or((path, USUAL_TAG));
        let plain = |text: &str, more: &str| {
            let usual = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            text.starts_with(usual) && text.chars().all(|c| usual(c) || more.contains(c))
        };
        let tagged = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let right = prefix == "arn"
            && ["aws", "aws-cn", "aws-us-gov"].contains(&partition)
            && service == "ecr"
            && plain(region, "-")
            && account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && plain(name, "._-/")
            && !tag.is_empty()
            && tag.chars().all(tagged);
        right.then(|| Self {
            account: account.to_owned(),
            region: region.to_owned(),
            name: name.to_owned(),
            tag: tag.to_owned(),
        })
    }

    fn registry(&self) -> String {
        // China has a domain of its own.
        let country = if self.region.starts_with("cn-") {
            ".cn"
        } else {
            ""
        };
        format!(
            "{}.dkr.ecr.{}.amazonaws.com{country}",
            self.account, self.region
        )
    }
}

/// `GET /v2/registries/delegations`
pub(crate) fn list_delegations(call: &Call<'_>) -> Reply {
    let rows: Vec<Value> = call.account.delegations.iter().map(view).collect();
    Reply::ok(json!({ "delegations": rows }))
}

/// `POST /v2/registries/delegations`
pub(crate) fn create_delegation(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let body = call.body();
    let resource = body.text("resource").unwrap_or_default();
    let repository = Repository::parse(resource).ok_or_else(|| {
        let form = "arn:aws:ecr:REGION:ACCOUNT:repository/NAME";
        Problem::shape(vec![format!(
            "$.resource: value must be of the form {form}"
        )])
    })?;
    let delegation = Delegation {
        id: new_id(14),
        name: body.text("name").map(str::to_owned),
        repository,
        created_at: call.now,
    };
    let reply = Reply::created(view(&delegation));
    call.account.delegations.push(delegation);
    Ok(reply)
}

/// `DELETE /v2/registries/delegations/{id}`
pub(crate) fn revoke_delegation(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let mut rows = call.account.delegations.iter();
    let index = rows.position(|delegation| delegation.id == call.id());
    let index = index.ok_or_else(|| Problem::not_found("delegation", call.id()))?;
    call.account.delegations.remove(index);
    Ok(Reply::no_content())
}

fn view(delegation: &Delegation) -> Value {
    let repository = &delegation.repository;
    json!({
        "id": delegation.id,
        "name": delegation.name,
        "delegatorUserId": USER,
        "awsUser": repository.account,
        "repository": repository.name,
        "tag": repository.tag,
        "awsRegion": repository.region,
        "dockerRegistryUri": repository.registry(),
        "createdAt": delegation.created_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arn_of_a_repository_is_read_and_no_other() {
        let check = |arn: &str, expected: Option<&str>| {
            let found = Repository::parse(arn)
                .map(|found| format!("{}/{}:{}", found.registry(), found.name, found.tag));
            assert_eq!(found.as_deref(), expected, "{arn}");
        };
        check(
            "arn:aws:ecr:us-east-1:123456789012:repository/team/app",
            Some("123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:latest"),
        );
        check(
            "arn:aws:ecr:eu-west-1:123456789012:repository/app:v1.2",
            Some("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1.2"),
        );
        check(
            "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app",
            Some("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:latest"),
        );
        check("arn:aws:ecr:us-east-1:12345:repository/app", None);
        check("arn:aws:ecr:us-east-1:123456789012:repository/", None);
        check("arn:aws:ecr:us-east-1:123456789012:repository/app:", None);
        check("arn:aws:ecr::123456789012:repository/app", None);
        check("arn:aws:s3:us-east-1:123456789012:repository/app", None);
        check("123456789012.dkr.ecr.us-east-1.amazonaws.com/app", None);
        check("", None);
    }
}
