#!/bin/sh
# The main job on the records beside this file: who are the customers, may two of their payments be refunded and how, what do the
# rules say to the refunds of the past, and does the shop agree with the gateway?
set -eu
cd "$(dirname "$0")/data"
guestfolio() {
  echo "\$ guestfolio $*"
  node ../../js/dist/cli.mjs "$@"
  echo
}
records="charges.json refunds.json disputes.ndjson customers.json"
guestfolio customers $records
guestfolio refund ch_3Lena01 $records --as-of 2026-02-20 --policy policy.json --actor actor.json
# A refusal ends with exit code 1; here it is one of the two answers to show.
guestfolio refund ch_3Omar01 $records --as-of 2026-02-20 --policy policy.json || [ $? -eq 1 ]
guestfolio plan $records orders.json --order 1010 --amount 25 --as-of 2026-02-20 --reason broken
guestfolio policy lint policy.json
guestfolio policy try policy.json $records --beside strict.json
guestfolio decline stripe insufficient_funds
guestfolio check $records orders.json
