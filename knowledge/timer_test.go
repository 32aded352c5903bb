package knowledge

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTimerDurations(t *testing.T) {
	for name, want := range map[string]time.Duration{
		"T1":                          500 * time.Millisecond,
		"T2":                          4 * time.Second,
		"T4":                          5 * time.Second,
		"64*T1":                       32 * time.Second,
		"Timer B":                     32 * time.Second,
		"CANCEL wait":                 32 * time.Second,
		"Session-Expires recommended": 30 * time.Minute,
		"C":                           0, // no upper limit
		"A":                           0, // repeats
		"491 back-off of the owner":   0, // a range
		"Max-Forwards":                0, // no time
		"no such timer":               0,
	} {
		if got := LookupTimer(name).Duration(); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if c := LookupTimer("C"); c.Least != 3*time.Minute || c.Most != 0 {
		t.Errorf("Timer C from %v to %v", c.Least, c.Most)
	}
	if o := LookupTimer("491 back-off of the owner"); o.Least != 2100*time.Millisecond || o.Most != 4*time.Second {
		t.Errorf("back-off from %v to %v", o.Least, o.Most)
	}
	if !LookupTimer("A").Unreliable || LookupTimer("2xx retransmission").Unreliable {
		t.Error("an INVITE is repeated over UDP only, a 2xx over all transports")
	}
}

func TestTimerRepetitions(t *testing.T) {
	for name, want := range map[string][]float64{
		"A":                           {.5, 1.5, 3.5, 7.5, 15.5, 31.5}, // seven transmissions: RFC 3261 section 17.1.1.2
		"E":                           {.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5},
		"G":                           {.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5},
		"2xx retransmission":          {.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5},
		"reliable 1xx retransmission": {.5, 1.5, 3.5, 7.5, 15.5, 31.5},
		"B":                           nil,
		"no such timer":               nil,
	} {
		var got []float64
		for _, d := range LookupTimer(name).Repetitions() {
			got = append(got, d.Seconds())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestSessionTimes(t *testing.T) {
	for _, c := range []struct{ interval, end time.Duration }{
		{90 * time.Second, 60 * time.Second},
		{30 * time.Minute, 1768 * time.Second},
	} {
		if got := SessionEnd(c.interval); got != c.end {
			t.Errorf("end of %v after %v, want %v", c.interval, got, c.end)
		}
	}
}
