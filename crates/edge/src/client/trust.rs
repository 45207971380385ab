//! Which servers are believed to be who they say.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::error::{Error, ErrorKind};

/// The certificate authorities that count.
#[derive(Clone, Debug)]
pub enum Trust {
    /// The system's and Mozilla's.
    Public,
    /// These alone.
    Only(Vec<CertificateDer<'static>>),
}

impl Trust {
    /// The TLS configuration, without ALPN. The public one is made once for the process, off this thread.
    pub(super) async fn tls(&self) -> Result<Arc<ClientConfig>, Error> {
        static PUBLIC: OnceLock<Arc<ClientConfig>> = OnceLock::new();
        match self {
            Trust::Public => {
                if let Some(config) = PUBLIC.get() {
                    return Ok(Arc::clone(config));
                }
                let made = tokio::task::spawn_blocking(|| config(public_roots()));
                let made = made.await.map_err(|error| {
                    Error::with_cause(ErrorKind::Connect, "cannot read the system's certificates", &error)
                })?;
                Ok(Arc::clone(PUBLIC.get_or_init(|| made)))
            }
            Trust::Only(certificates) => {
                let mut roots = RootCertStore::empty();
                for certificate in certificates {
                    roots.add(certificate.clone()).map_err(|error| {
                        Error::with_cause(ErrorKind::Connect, "a trusted certificate is malformed", &error)
                    })?;
                }
                Ok(config(roots))
            }
        }
    }
}

fn public_roots() -> RootCertStore {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    // Whatever of the system's list cannot be read does not help, and Mozilla's list does not depend on it.
    let _skipped = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn config(roots: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.expect("ring knows TLS 1.2 and 1.3");
    Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
}
