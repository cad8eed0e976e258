#!/usr/bin/env bash
# Makes the webhook endpoint at Stripe, with the API version of the SDK and the events that the app handles, and puts its secret into the vault.
#
#   STRIPE_API_KEY=rk_… infra/stripe-webhook.sh create|rotate|finish [<webhook address> [<vault>]]
#
#   create   the first endpoint
#   rotate   a second endpoint at the same address; the vault has both secrets, and any of them verifies
#   finish   removes all endpoints but the newest, and their secrets from the vault: a day after rotate, when Stripe signs nothing with the old one any more
#
# Address and vault are those of the azd environment, BILLING_WEBHOOK_ADDRESS and AZURE_KEY_VAULT_NAME, unless given. The key needs to write webhook endpoints. It
# comes by the environment, and goes on by files that only the caller can read: arguments can be seen by everybody on the machine.
set -euo pipefail
umask 077

api_version=2026-10-28.endive
events=(
  customer.created customer.updated customer.deleted
  customer.subscription.created customer.subscription.updated customer.subscription.deleted
  customer.subscription.paused customer.subscription.resumed
  invoice.created invoice.finalized invoice.paid invoice.payment_succeeded invoice.payment_failed
  invoice.updated invoice.voided invoice.marked_uncollectible invoice.deleted invoice.overdue
)
secret_name=Stripe--WebhookSecrets
api="${STRIPE_API_BASE:-https://api.stripe.com}/v1/webhook_endpoints"

fail() { echo "$1" >&2; exit 1; }

command=${1:-}
address=${2:-${BILLING_WEBHOOK_ADDRESS:-}}
vault=${3:-${AZURE_KEY_VAULT_NAME:-}}
[[ $command =~ ^(create|rotate|finish)$ ]] || fail "Use: infra/stripe-webhook.sh create|rotate|finish [<webhook address> [<vault>]]"
[[ $address =~ ^https?:// ]] || fail "Give the webhook address, or set BILLING_WEBHOOK_ADDRESS; 'azd env get-values' has it."
[[ -n $vault ]] || fail "Give the name of the vault, or set AZURE_KEY_VAULT_NAME; 'azd env get-values' has it."
[[ ${STRIPE_API_KEY:-} =~ ^(sk|rk)_ ]] || fail "Set STRIPE_API_KEY to a secret or restricted key of Stripe."
for tool in az curl jq; do command -v "$tool" > /dev/null || fail "$tool is not installed."; done

files=$(mktemp -d)
made=
# Stripe tells a secret once. An endpoint whose secret did not reach the vault is of no use.
clean_up() {
  local status=$?
  [[ -z $made ]] || stripe --request DELETE "$api/$made" > /dev/null || echo "Delete the endpoint $made at Stripe: its secret is lost." >&2
  rm -rf "$files"
  exit "$status"
}
trap clean_up EXIT

stripe() {
  printf 'header = "Authorization: Bearer %s"\nheader = "Stripe-Version: %s"\n' "$STRIPE_API_KEY" "$api_version" |
    curl --config - --silent --show-error --fail-with-body --max-time 30 "$@"
}

refused() { fail "Stripe has not done it. $(jq -r '.error.message // empty' "$1")"; }

# Notes the endpoints at the address, oldest first.
list() {
  stripe --get --data limit=100 "$api" > "$files/endpoints.json" || refused "$files/endpoints.json"
  jq -r --arg url "$address" '[.data[] | select(.url == $url)] | sort_by(.created, .id) | .[].id' "$files/endpoints.json" > "$files/ids"
  mapfile -t endpoints < "$files/ids"
}

make() {
  local arguments=(--data-urlencode "url=$address" --data-urlencode "api_version=$api_version" --data-urlencode "description=BillingFunctions")
  for event in "${events[@]}"; do arguments+=(--data-urlencode "enabled_events[]=$event"); done
  stripe "${arguments[@]}" "$api" > "$files/made.json" || refused "$files/made.json"
  made=$(jq -r .id "$files/made.json")
}

read_secrets() { az keyvault secret show --vault-name "$vault" --name "$secret_name" --query value --output tsv > "$files/old"; }

write_secrets() {
  az keyvault secret set --vault-name "$vault" --name "$secret_name" --encoding utf-8 --file "$1" --output none
  made=
}

# An app looks into the vault once a day by itself.
refresh() {
  if [[ -n ${AZURE_FUNCTION_NAME:-} && -n ${AZURE_RESOURCE_GROUP:-} ]]; then
    local site
    site=$(az functionapp show --name "$AZURE_FUNCTION_NAME" --resource-group "$AZURE_RESOURCE_GROUP" --query id --output tsv)
    az rest --method post --url "$site/config/configreferences/appsettings/refresh?api-version=2022-03-01" --output none
  else
    echo "Set AZURE_FUNCTION_NAME and AZURE_RESOURCE_GROUP, and the app is told at once. Without them it has the new secret within a day."
  fi
}

list
case $command in
  create)
    (( ${#endpoints[@]} == 0 )) || fail "There is an endpoint at $address already, ${endpoints[0]}. Use rotate to get another secret."
    make
    jq -j .secret "$files/made.json" > "$files/new"
    write_secrets "$files/new"
    refresh
    echo "The endpoint is there, and its secret is in $vault. Add Stripe__WebhookSecrets to BILLING_SETTINGS_IN_VAULT if it is not there yet, and run azd provision."
    ;;
  rotate)
    (( ${#endpoints[@]} > 0 )) || fail "There is no endpoint at $address. Use create."
    (( ${#endpoints[@]} == 1 )) || fail "There are ${#endpoints[@]} endpoints at $address: a rotation is under way. Use finish first."
    read_secrets
    make
    { jq -j .secret "$files/made.json"; printf ,; tr -d '\r\n' < "$files/old"; } > "$files/new"
    write_secrets "$files/new"
    refresh
    echo "Both endpoints send now, and each event is taken once. Use finish in a day, when the old one has nothing left to repeat."
    ;;
  finish)
    (( ${#endpoints[@]} > 0 )) || fail "There is no endpoint at $address."
    read_secrets
    # An earlier finish may have ended between Stripe and the vault.
    (( ${#endpoints[@]} > 1 )) || grep -q , "$files/old" || fail "There is nothing to finish at $address."
    for endpoint in "${endpoints[@]:0:${#endpoints[@]}-1}"; do stripe --request DELETE "$api/$endpoint" > /dev/null; done
    tr -d '\r\n' < "$files/old" | cut -d, -f1 | tr -d '\n' > "$files/new"
    write_secrets "$files/new"
    refresh
    echo "One endpoint is left, and the vault has its secret alone."
    ;;
esac
