package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sipls/knowledge"
	"sipls/server/sip"
)

var sdpClockRate = &Rule{
	Name:     "sdp-clock-rate",
	Scope:    Message,
	Needs:    needSDP,
	Severity: Warning,
	Fields:   sdpFields,
	Cites:    []knowledge.Cite{{Standard: "RFC 8866", Section: "6.6"}, {Standard: "RFC 3551", Section: "4.5"}},
	Doc: Doc{
		Title: "Clock rate that the codec does not have",
		Text: `The clock rate in a=rtpmap is that of the codec's definition. Frequent mistakes: G722 is 8000 although it is sampled at 16000, opus is always 48000.
Codecs that the server does not know, and those of any rate, are left alone, and so are telephone-event, CN and tone, whose rate
follows that of the other codecs, and MP4A-LATM, which may have that of the audio.`,
	},
	Cases: func() []Case {
		return []Case{
			badSDP("G.722 by its sampling rate", sdpSession+"m=audio 4000 RTP/AVP 9\na=rtpmap:9 G722/16000\n", sdpSession+"m=audio 4000 RTP/AVP 9\na=rtpmap:9 G722/8000\n", "warning: 16000"),
			badSDP("another letter case", sdpSession+"m=audio 4000 RTP/AVP 96\na=rtpmap:96 OPUS/16000/2\n", sdpSession+"m=audio 4000 RTP/AVP 96\na=rtpmap:96 OPUS/48000/2\n", "warning: 16000"),
			goodSDP("right", sdpSession+"m=audio 4000 RTP/AVP 9 96 97\na=rtpmap:9 G722/8000\na=rtpmap:96 speex/16000\na=rtpmap:97 telephone-event/44100\n"),
			goodSDP("a codec that nobody knows", sdpSession+"m=audio 4000 RTP/AVP 96\na=rtpmap:96 X-codec/12345\n"),
			cutSDP("cut off in the number", sdpSession+"m=audio 4000 RTP/AVP 9\na=rtpmap:9 G722/80"),
		}
	},
	Check: func(s *Subject, report func(Finding)) {
		s.eachRTPMap(func(d *description, r sip.SDPRTPMap) {
			rates := clockRates(d.Bytes(r.Name))
			if rates == nil || slices.Contains(rates, r.ClockRate) {
				return
			}
			var list []string
			for _, n := range rates {
				list = append(list, strconv.Itoa(n))
			}
			name := clip(d.Bytes(r.Name))
			report(Finding{
				Severity:    Warning,
				At:          at(r.Clock),
				Title:       fmt.Sprintf("%s with clock rate %d", name, r.ClockRate),
				Evidence:    fmt.Sprintf("a=rtpmap says %d Hz; %s has %s.", r.ClockRate, name, strings.Join(list, " or ")),
				Consequence: "The peer takes it for another codec and does not choose it, or plays the audio at the wrong speed.",
				Next:        "Write the clock rate that the codec's definition has.",
				detail:      rates,
			})
		})
	},
	Fix: func(s *Subject, f *Finding) []Fix {
		rates := f.detail.([]int)
		if len(rates) != 1 {
			return nil
		}
		return s.bodyFix(fmt.Sprintf("Write %d", rates[0]), replace(f.At.At, strconv.Itoa(rates[0])))
	},
}

// clockRates returns the clock rates of a codec; nil where it may have any, or is not known.
func clockRates(name []byte) []int {
	for _, any := range []string{"telephone-event", "CN", "tone", "MP4A-LATM"} {
		if sip.EqualFold(name, any) {
			return nil
		}
	}
	return codecRates()[lowerName(name)]
}

// lowerName returns up to 16 bytes of a name in lower case, comparable and without an allocation.
func lowerName(name []byte) (out [16]byte) {
	if len(name) > len(out) {
		return out
	}
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		out[i] = c
	}
	return out
}
