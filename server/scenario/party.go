package scenario

// Party is a phone, a server or a user on one of them.
type Party struct {
	Name     string // display name, may be empty
	User     string // user part of its address; "" for a server as a whole
	Domain   string // host part of its address
	Addr     Endpoint
	Agent    Agent
	Password string

	// Private is the address that a party behind a NAT takes for its own; Addr is
	// then where its packets come from. The zero value means no NAT.
	Private Endpoint
}

// The usual cast: two phones of example.com.
var (
	Alice = Party{Name: "Alice", User: "1001", Domain: "example.com", Addr: UDP("198.51.100.21:5060"), Agent: Yealink, Password: "wonderland"}
	Bob   = Party{Name: "Bob", User: "1002", Domain: "example.com", Addr: UDP("198.51.100.22:5062"), Agent: Linphone, Password: "builder"}
)

// PBX returns the server of example.com at 192.0.2.10:5060.
func PBX(agent Agent) Party {
	return Party{Domain: "example.com", Addr: UDP("192.0.2.10:5060"), Agent: agent}
}

// Tester returns a SIPp client at 192.0.2.20:5104 that calls as 1001.
func Tester() Party {
	return Party{Name: "SIPp 1001", User: "1001", Domain: "example.com", Addr: UDP("192.0.2.20:5104"), Agent: SIPp, Password: "secret"}
}

// URI returns the address-of-record.
func (p Party) URI() string { return sipURI(p.User, p.Domain) }

// ContactURI returns where the party itself is reached.
func (p Party) ContactURI() string {
	return sipURI(p.User, p.local().uriText())
}

func sipURI(user, host string) string {
	if user == "" {
		return "sip:" + host
	}
	return "sip:" + user + "@" + host
}

// nameAddr is the party as From and To write it.
func nameAddr(name, uri string) string {
	if name == "" {
		return "<" + uri + ">"
	}
	return `"` + name + `" <` + uri + ">"
}
