//! Every key a configuration may hold, whether environments inherit it, and what Holdfast does with it.
//!
//! To implement a key, read it in `load.rs` and change its `Later` here to `Read`.

use Scope::{Inherited, Own, Top};
use Support::{Deploy, Later, Read};

/// What a chosen environment does with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The environment's value, or else the top level's.
    Inherited,
    /// The environment's value only; a value at the top level alone is worth a warning.
    Own,
    /// The top level's value; an environment cannot set it.
    Top,
}

/// What comes of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    /// It ends up in the resolved configuration.
    Read,
    /// It matters to deployments or to another tool; a local run means the same without it.
    Deploy,
    /// Not implemented: a warning says so.
    Later,
}

pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) scope: Scope,
    pub(crate) support: Support,
}

pub(crate) fn known(name: &str) -> Option<&'static Known> {
    KEYS.iter().find(|key| key.name == name)
}

/// All names, for suggestions.
pub(crate) fn names() -> Vec<&'static str> {
    KEYS.iter().map(|key| key.name).collect()
}

const fn key(name: &'static str, scope: Scope, support: Support) -> Known {
    Known { name, scope, support }
}

const KEYS: &[Known] = &[
    // The program.
    key("name", Inherited, Read),
    key("main", Inherited, Read),
    key("compatibility_date", Inherited, Read),
    key("compatibility_flags", Inherited, Read),
    key("rules", Inherited, Read),
    key("alias", Top, Read),
    key("define", Own, Read),
    key("jsx_factory", Inherited, Read),
    key("jsx_fragment", Inherited, Read),
    key("tsconfig", Inherited, Read),
    key("env", Top, Read),
    key("dev", Top, Read),
    key("limits", Inherited, Read),
    // What the program sees.
    key("durable_objects", Own, Read),
    key("migrations", Inherited, Read),
    key("exports", Inherited, Read),
    key("vars", Own, Read),
    key("services", Own, Read),
    key("triggers", Inherited, Read),
    // Projects of the first wrangler.
    key("type", Top, Read),
    key("build", Inherited, Read),
    key("zone_id", Inherited, Deploy),
    key("webpack_config", Top, Deploy),
    key("usage_model", Inherited, Deploy),
    // Deployments, and the workings of other tools.
    key("$schema", Top, Deploy),
    key("account_id", Inherited, Deploy),
    key("route", Inherited, Deploy),
    key("routes", Inherited, Deploy),
    key("workers_dev", Inherited, Deploy),
    key("preview_urls", Inherited, Deploy),
    key("previews", Inherited, Deploy),
    key("placement", Inherited, Deploy),
    key("observability", Inherited, Deploy),
    key("logpush", Inherited, Deploy),
    key("upload_source_maps", Inherited, Deploy),
    key("minify", Inherited, Deploy),
    key("keep_names", Inherited, Deploy),
    key("keep_vars", Top, Deploy),
    key("no_bundle", Inherited, Deploy),
    key("find_additional_modules", Inherited, Deploy),
    key("preserve_file_names", Inherited, Deploy),
    key("base_dir", Inherited, Deploy),
    key("first_party_worker", Inherited, Deploy),
    key("compliance_region", Inherited, Deploy),
    key("legacy_env", Top, Deploy),
    key("send_metrics", Top, Deploy),
    key("dependencies_instrumentation", Top, Deploy),
    // Not yet.
    key("secrets", Own, Later),
    key("kv_namespaces", Own, Later),
    key("kv-namespaces", Own, Later),
    key("r2_buckets", Own, Later),
    key("d1_databases", Own, Later),
    key("queues", Own, Later),
    key("workflows", Own, Later),
    key("assets", Inherited, Later),
    key("site", Top, Later),
    key("cache", Inherited, Later),
    key("ai", Own, Later),
    key("ai_search", Own, Later),
    key("ai_search_namespaces", Own, Later),
    key("analytics_engine_datasets", Own, Later),
    key("artifacts", Own, Later),
    key("browser", Own, Later),
    key("cloudchamber", Own, Later),
    key("containers", Own, Later),
    key("data_blobs", Top, Later),
    key("dispatch_namespaces", Own, Later),
    key("flagship", Own, Later),
    key("hyperdrive", Own, Later),
    key("images", Own, Later),
    key("logfwdr", Inherited, Later),
    key("media", Own, Later),
    key("mtls_certificates", Own, Later),
    key("node_compat", Inherited, Later),
    key("pages_build_output_dir", Top, Later),
    key("pipelines", Own, Later),
    key("python_modules", Inherited, Later),
    key("ratelimits", Own, Later),
    key("secrets_store_secrets", Own, Later),
    key("send_email", Own, Later),
    key("stream", Own, Later),
    key("streaming_tail_consumers", Own, Later),
    key("tail_consumers", Own, Later),
    key("text_blobs", Top, Later),
    key("unsafe", Own, Later),
    key("unsafe_hello_world", Own, Later),
    key("vectorize", Own, Later),
    key("version_metadata", Own, Later),
    key("vpc_networks", Own, Later),
    key("vpc_services", Own, Later),
    key("wasm_modules", Top, Later),
    key("worker_loaders", Own, Later),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_listed_twice() {
        let mut names = names();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
