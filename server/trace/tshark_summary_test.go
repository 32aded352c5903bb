package trace

import "testing"

const summarySample = `   19  32.004937  192.0.2.70 → 198.51.100.34 SIP 509 Request: REGISTER sip:example.com  (1 binding) | ` + `
   20  32.141694 198.51.100.34 → 192.0.2.70  SIP 528 Status: 401 Unauthorized | ` + `
  21 33.000000 2001:db8::70 -> 2001:db8::10 SIP/SDP 1509 Request: INVITE sip:bob@[2001:db8::10], with session description
  22	33.100000	192.0.2.10	→	192.0.2.70	SIP	300	Status: 200 OK (INVITE)  (2 bindings) | ` + `
  23 33.200000   192.0.2.10 → 192.0.2.70   SIP 294 Status: 200  (INVITE) | ` + `
  24 33.300000   192.0.2.70 → 192.0.2.10   SIP/sipfrag 383 Request: NOTIFY sip:bob@example.com | , with Sipfrag(SIP/2.0 180 Ringing)
  25 33.400000   192.0.2.70 → 192.0.2.10   SIP 316 Request: REGISTER sip:example.com[Malformed Packet]
  26 33.500000   192.0.2.70 → 192.0.2.10   SIP 375 Request: MESSAGE sip:bob@example.com;a=b |  (text/plain)
  27 33.600000   192.0.2.10 → 192.0.2.70   SIP 375 Status: 403 Wrong password (really) | Request: OPTIONS sip:alice@example.com | Status: 100 Trying
  28 33.700000   192.0.2.10 → 192.0.2.70   ICMP 70 Destination unreachable (Port unreachable)
`

func TestTsharkSummary(t *testing.T) {
	checkDissected(t, summarySample,
		[]string{
			`1-1 tshark-summary "REGISTER sip:example.com SIP/2.0" unknown/unknown`,
			`2-2 tshark-summary "SIP/2.0 401 Unauthorized" unknown/unknown`,
			`3-3 tshark-summary "INVITE sip:bob@[2001:db8::10] SIP/2.0" unknown/unknown`,
			`4-4 tshark-summary "SIP/2.0 200 OK" unknown/unknown`,
			`5-5 tshark-summary "SIP/2.0 200 " unknown/unknown`,
			`6-6 tshark-summary "NOTIFY sip:bob@example.com SIP/2.0" unknown/unknown`,
			`7-7 tshark-summary "REGISTER sip:example.com SIP/2.0" unknown/unknown`,
			`8-8 tshark-summary "MESSAGE sip:bob@example.com;a=b SIP/2.0" unknown/unknown`,
			`9-9 tshark-summary "SIP/2.0 403 Wrong password (really)" unknown/unknown`,
			`9-9 tshark-summary "OPTIONS sip:alice@example.com SIP/2.0" unknown/unknown`,
			`9-9 tshark-summary "SIP/2.0 100 Trying" unknown/unknown`,
		},
		[]string{
			"32.004937 - 192.0.2.70 ->198.51.100.34 - - 0",
			"32.141694 - 198.51.100.34 ->192.0.2.70 - - 0",
			"33.000000 - 2001:db8::70 ->2001:db8::10 - - 0",
			"33.100000 - 192.0.2.10 ->192.0.2.70 - - 0",
			"33.200000 - 192.0.2.10 ->192.0.2.70 - - 0",
			"33.300000 - 192.0.2.70 ->192.0.2.10 - - 0",
			"33.400000 - 192.0.2.70 ->192.0.2.10 - - 0",
			"33.500000 - 192.0.2.70 ->192.0.2.10 - - 0",
			"33.600000 - 192.0.2.10 ->192.0.2.70 - - 0",
			"33.600000 - 192.0.2.10 ->192.0.2.70 - - 0",
			"33.600000 - 192.0.2.10 ->192.0.2.70 - - 0",
		},
		[]string{
			"REGISTER sip:example.com SIP/2.0", "SIP/2.0 401 Unauthorized", "INVITE sip:bob@[2001:db8::10] SIP/2.0", "SIP/2.0 200 OK", "SIP/2.0 200 ",
			"NOTIFY sip:bob@example.com SIP/2.0", "REGISTER sip:example.com SIP/2.0", "MESSAGE sip:bob@example.com;a=b SIP/2.0", "SIP/2.0 403 Wrong password (really)",
			"OPTIONS sip:alice@example.com SIP/2.0", "SIP/2.0 100 Trying",
		})
}

// Dates, with and without an offset, and what Wireshark saves.
const summaryDateSample = `   19 2026-11-22 05:47:19.301621  192.0.2.70 → 198.51.100.34 SIP 509 Request: REGISTER sip:example.com | ` + `
   20 2026-11-22 05:47:19.301621Z 198.51.100.34 → 192.0.2.70  SIP 528 Status: 401 Unauthorized | ` + `
   21 1795326439.301621 198.51.100.34 → 192.0.2.70  SIP 528 Status: 401 Unauthorized | ` + `
No.     Time           Source                Destination           Protocol Length Info
     22 34.004937      192.0.2.70            192.0.2.10            SIP      509    Request: REGISTER sip:example.com  (1 binding) | ` + `

     23 05:47:19.301621 192.0.2.10            192.0.2.70            SIP      528    Status: 200 OK (REGISTER)  (1 binding)
`

func TestTsharkSummaryWithDates(t *testing.T) {
	tr := scanText(t, summaryDateSample)
	checkStrings(t, "envelopes", envelopes(tr),
		"2026-11-22 05:47:19.301621 - 192.0.2.70 ->198.51.100.34 - - 0",
		"2026-11-22 05:47:19.301621Z - 198.51.100.34 ->192.0.2.70 - - 0",
		"1795326439.301621 - 198.51.100.34 ->192.0.2.70 - - 0",
		"34.004937 - 192.0.2.70 ->192.0.2.10 - - 0",
		"05:47:19.301621 - 192.0.2.10 ->192.0.2.70 - - 0",
	)
}
