/* Prefixes are those that the issuers document, many of them for scanners like this one. */
#include "audit/secrets.h"

const secret_prefix secret_prefixes[] = {{"ghp_", SECRET_WORD, 20}, /* GitHub */
                                         {"gho_", SECRET_WORD, 20},
                                         {"ghu_", SECRET_WORD, 20},
                                         {"ghs_", SECRET_WORD, 20},
                                         {"ghr_", SECRET_WORD, 20},
                                         {"github_pat_", SECRET_WORD, 20},
                                         {"glpat-", SECRET_DOTTED, 16}, /* GitLab */
                                         {"gldt-", SECRET_WORD, 16},
                                         {"glrt-", SECRET_DOTTED, 16},
                                         {"glptt-", SECRET_WORD, 16},
                                         {"glcbt-", SECRET_WORD, 16},
                                         {"glsoat-", SECRET_WORD, 16},
                                         {"gloas-", SECRET_WORD, 16},
                                         {"AKIA", SECRET_UPPER, 16}, /* AWS */
                                         {"ASIA", SECRET_UPPER, 16},
                                         {"AIza", SECRET_WORD, 30}, /* Google */
                                         {"ya29.", SECRET_DOTTED, 20},
                                         {"GOCSPX-", SECRET_WORD, 20},
                                         {"xoxb-", SECRET_WORD, 10}, /* Slack */
                                         {"xoxp-", SECRET_WORD, 10},
                                         {"xoxa-", SECRET_WORD, 10},
                                         {"xoxo-", SECRET_WORD, 10},
                                         {"xoxr-", SECRET_WORD, 10},
                                         {"xoxs-", SECRET_WORD, 10},
                                         {"xoxe.", SECRET_DOTTED, 10},
                                         {"xapp-", SECRET_WORD, 10},
                                         {"hooks.slack.com/services/", SECRET_BASE64, 8},
                                         {"discord.com/api/webhooks/", SECRET_BASE64, 8},
                                         {"sk-", SECRET_WORD, 20},      /* OpenAI, Anthropic and others */
                                         {"sk_live_", SECRET_WORD, 10}, /* Stripe */
                                         {"sk_test_", SECRET_WORD, 10},
                                         {"rk_live_", SECRET_WORD, 10},
                                         {"rk_test_", SECRET_WORD, 10},
                                         {"whsec_", SECRET_BASE64, 16},
                                         {"npm_", SECRET_WORD, 30},
                                         {"pypi-", SECRET_WORD, 30},
                                         {"rubygems_", SECRET_HEX, 30},
                                         {"cio", SECRET_WORD, 32},    /* crates.io */
                                         {"hf_", SECRET_WORD, 20},    /* Hugging Face */
                                         {"dop_v1_", SECRET_HEX, 32}, /* DigitalOcean */
                                         {"doo_v1_", SECRET_HEX, 32},
                                         {"dor_v1_", SECRET_HEX, 32},
                                         {"dapi", SECRET_HEX, 32},       /* Databricks */
                                         {"dckr_pat_", SECRET_WORD, 16}, /* Docker */
                                         {"dckr_oat_", SECRET_WORD, 16},
                                         {"hvs.", SECRET_DOTTED, 16}, /* HashiCorp Vault */
                                         {"hvb.", SECRET_DOTTED, 16},
                                         {"SG.", SECRET_DOTTED, 32}, /* SendGrid */
                                         {"shpat_", SECRET_HEX, 20}, /* Shopify */
                                         {"shpss_", SECRET_HEX, 20},
                                         {"lin_api_", SECRET_WORD, 20}, /* Linear */
                                         {"ntn_", SECRET_WORD, 30},     /* Notion */
                                         {"secret_", SECRET_WORD, 32},
                                         {"ATATT3", SECRET_BASE64, 32},  /* Atlassian */
                                         {"figd_", SECRET_WORD, 20},     /* Figma */
                                         {"sbp_", SECRET_HEX, 32},       /* Supabase */
                                         {"pscale_", SECRET_DOTTED, 20}, /* PlanetScale */
                                         {"glsa_", SECRET_WORD, 20},     /* Grafana */
                                         {"NRAK-", SECRET_UPPER, 20},    /* New Relic */
                                         {"PMAK-", SECRET_WORD, 30},     /* Postman */
                                         {"tskey-", SECRET_WORD, 10},    /* Tailscale */
                                         {"sntrys_", SECRET_BASE64, 20}, /* Sentry */
                                         {"fo1_", SECRET_WORD, 20},      /* Fly.io */
                                         {"FlyV1 ", SECRET_BASE64, 20},
                                         {"r8_", SECRET_WORD, 30},  /* Replicate */
                                         {"gsk_", SECRET_WORD, 30}, /* Groq */
                                         {"xai-", SECRET_WORD, 30},
                                         {"pat-", SECRET_HEX, 32},
                                         {"AGE-SECRET-KEY-", SECRET_UPPER, 20},
                                         {"eyJ", SECRET_DOTTED, 30}, /* a JSON Web Token */
                                         {NULL, SECRET_WORD, 0}};

const char *const secret_names[] = {
    "password",   "passwd",     "passphrase", "secret",           "token",      "apikey",
    "accesskey",  "privatekey", "credential", "authkey",          "sessionkey", "encryptionkey",
    "signingkey", "accountkey", "sharedkey",  "connectionstring", NULL};
const char *const secret_parts[] = {"pass", "pw",  "auth",   "sig",    "jwt",
                                    "otp",  "pin", "cookie", "bearer", NULL};
const char *const harmless_ends[] = {
    "file",    "path",   "dir",    "id",       "ids",      "name",   "names",  "type",    "url",
    "uri",     "env",    "stdin",  "ttl",      "length",   "count",  "limit",  "limits",  "max",
    "min",     "expiry", "policy", "manager",  "store",    "helper", "format", "version", "prompt",
    "command", "tokens", "issuer", "audience", "duration", NULL};

const char *const secret_headers[] = {"authorization",
                                      "proxy-authorization",
                                      "cookie",
                                      "set-cookie",
                                      "x-api-key",
                                      "api-key",
                                      "x-auth-token",
                                      "private-token",
                                      "x-gitlab-token",
                                      "x-vault-token",
                                      "x-amz-security-token",
                                      "x-goog-api-key",
                                      "x-access-token",
                                      "x-auth-key",
                                      "ocp-apim-subscription-key",
                                      NULL};
const char *const secret_schemes[] = {"bearer",           "basic", "token", "digest", "negotiate", "apikey",
                                      "aws4-hmac-sha256", NULL};
const char *const secret_pair_options[] = {"-u", "--user", "--proxy-user", "-U", "--userpwd", NULL};
