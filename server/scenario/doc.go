// Package scenario describes SIP traffic once and writes it down the way
// different producers log it. Tests, the example logs and the benchmarks share it.
//
// Builders ([Register], [Call], [Bridge], [Proxied], [Forked], [Transfer],
// [Subscribe], [Chat], [Keepalive]) make a [Trace] of valid RFC 3261 messages
// between [Party] values. What is wrong in a trace is always put
// there by name: [Trace.With] applies a [Fault] to the messages that a [Select] picks.
// [Trace.Render] writes the trace in a [Format]:
//
//	call := scenario.Call(scenario.Alice, scenario.PBX(scenario.Asterisk), scenario.Challenged(407))
//	log := call.
//		With(scenario.Status(407), scenario.RemoveHeader("Proxy-Authenticate")).
//		Render(scenario.AsteriskPJSIP)
//
// [Generate] writes many interleaved calls, [Noise] and [LongLine] text without SIP.
//
// Everything is a function of its arguments: the same call with the same [Seed]
// gives the same bytes.
package scenario
