package knowledge

import (
	"slices"
	"strconv"
	"strings"
)

// Codec is one row of codecs.tsv: an encoding name of a=rtpmap.
type Codec struct {
	Name       string
	Media      string // audio, video, text, image, application
	ClockRates []int  // in Hz; empty where any rate is allowed
	Meaning    string
	Cites      []Cite
	Verified   bool
}

var codecTable = table[*Codec]{
	file:    "codecs.tsv",
	columns: "codec media clock_rates meaning refs verified",
	read: func(f *fields) *Codec {
		return &Codec{f.text(), f.oneOf("audio", "video", "text", "image", "application"), f.numbers(), f.sentence(), f.cites(), f.yes()}
	},
	names: func(c *Codec) []string { return []string{c.Name} },
}

// LookupCodec returns a codec by its encoding name, letter case ignored (RFC
// 8866 section 6.6); nil when it is not known.
func LookupCodec(name string) *Codec { return codecTable.find(name) }

// Codecs returns all codecs.
func Codecs() []*Codec { return codecTable.all() }

// StaticTypes returns the static payload types of the codec.
func (c *Codec) StaticTypes() []int {
	var out []int
	for _, p := range PayloadTypes() {
		if p.Codec == c.Name {
			out = append(out, p.Number)
		}
	}
	return out
}

// Entry returns the common view.
func (c *Codec) Entry() Entry {
	var f facts
	f.add("Media", c.Media)
	f.add("Clock rate in Hz", joinNumbers(c.ClockRates))
	f.add("Static payload type", joinNumbers(c.StaticTypes()))
	return Entry{Kind: "codec", Key: "codec:" + c.Name, Name: c.Name, Summary: c.Meaning, Facts: f, Cites: c.Cites, Verified: c.Verified}
}

// PayloadType is one row of payload-types.tsv: a static RTP payload type, or a range with one meaning.
type PayloadType struct {
	Number   int // the first of the range
	Last     int
	Codec    string // encoding name; "" for reserved and unassigned numbers
	Media    string // audio, video, audio or video; ""
	Clock    int    // Hz; 0 where nothing is laid down
	Channels int    // 0 where nothing is laid down
	Meaning  string
	Cites    []Cite
	Verified bool
}

var payloadTypeTable = table[*PayloadType]{
	file:    "payload-types.tsv",
	columns: "number last codec media clock channels meaning refs verified",
	read: func(f *fields) *PayloadType {
		p := &PayloadType{
			f.number(), f.number(), f.optional(), f.oneOf("audio", "video", "audio or video", ""), f.number(), f.number(), f.sentence(), f.cites(), f.yes(),
		}
		if p.Last < p.Number || p.Last > 127 {
			f.wrong("last", "is below the number or above 127")
		}
		return p
	},
	names: func(p *PayloadType) []string { return []string{strconv.Itoa(p.Number)} },
}

// LookupPayloadType returns what RFC 3551 says of an RTP payload type from 0 to 127; nil outside.
func LookupPayloadType(number int) *PayloadType {
	for _, p := range payloadTypeTable.all() {
		if p.Number <= number && number <= p.Last {
			return p
		}
	}
	return nil
}

// PayloadTypes returns all rows, ascending.
func PayloadTypes() []*PayloadType { return payloadTypeTable.all() }

func findPayloadType(name string) []Entry {
	number, _, _ := strings.Cut(name, " ") // the name of an entry goes on with the codec
	if n, err := strconv.Atoi(number); err == nil {
		if p := LookupPayloadType(n); p != nil {
			return []Entry{p.Entry()}
		}
		return nil
	}
	var out []Entry
	if c := LookupCodec(name); c != nil {
		for _, n := range c.StaticTypes() {
			out = append(out, LookupPayloadType(n).Entry())
		}
	}
	return slices.Clip(out)
}

// Entry returns the common view.
func (p *PayloadType) Entry() Entry {
	number := strconv.Itoa(p.Number)
	name := "Payload type " + number
	if p.Last > p.Number {
		name = "Payload types " + number + " to " + strconv.Itoa(p.Last)
	}
	var f facts
	if p.Codec != "" {
		name += " " + p.Codec
		f.add("Encoding", p.Codec)
	}
	f.add("Media", p.Media)
	if p.Clock > 0 {
		f.add("Clock rate in Hz", strconv.Itoa(p.Clock))
	}
	if p.Channels > 0 {
		f.add("Channels", strconv.Itoa(p.Channels))
	}
	e := Entry{
		Kind: "payload-type", Key: "PT:" + number, Name: name, Summary: p.Meaning, Facts: f, Cites: p.Cites, Verified: p.Verified,
		aliases: []string{"PT " + number},
	}
	return e
}
