#!/bin/sh
# The main job on the records beside this file: who are the customers, may two of their payments be refunded, and does the
# shop agree with the gateway?
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
guestfolio check $records orders.json
