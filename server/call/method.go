package call

// Method is a method of the standards, or Other.
type Method uint8

// The methods whose transactions differ.
const (
	NoMethod Method = iota // the message does not say
	Other
	ACK
	BYE
	CANCEL
	INFO
	INVITE
	MESSAGE
	NOTIFY
	OPTIONS
	PRACK
	PUBLISH
	REFER
	REGISTER
	SUBSCRIBE
	UPDATE
)

var methodNames = [...]string{"", "", "ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK", "PUBLISH", "REFER", "REGISTER", "SUBSCRIBE", "UPDATE"}

// String returns the name, "" for NoMethod and Other.
func (m Method) String() string { return methodNames[m] }

// methodOf finds a method by its name, in capital letters as RFC 3261 section 7.1 has it.
func methodOf(name []byte) Method {
	if len(name) == 0 {
		return NoMethod
	}
	for m := ACK; int(m) < len(methodNames); m++ {
		if string(name) == methodNames[m] {
			return m
		}
	}
	return Other
}
