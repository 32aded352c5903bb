package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os/exec"
	"strconv"
	"sync"
	"time"
)

// client is an editor that talks with `sipls serve` over pipes and pulls diagnostics.
type client struct {
	cmd *exec.Cmd
	in  io.WriteCloser

	mu      sync.Mutex
	id      int
	waiting map[int]chan answer
	broken  error // why no more answers come
}

type answer struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// patience is how long an answer may take.
const patience = 2 * time.Minute

// start starts a server and does the handshake.
func start(sipls string) (*client, error) {
	c := &client{cmd: exec.Command(sipls, "serve"), waiting: map[int]chan answer{}}
	var err error
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go c.read(bufio.NewReaderSize(out, 1<<20))
	capabilities := map[string]any{"textDocument": map[string]any{
		"diagnostic":     map[string]any{},
		"hover":          map[string]any{"contentFormat": []string{"markdown"}},
		"documentSymbol": map[string]any{"hierarchicalDocumentSymbolSupport": true},
		"semanticTokens": map[string]any{"requests": map[string]any{"range": true}, "formats": []string{"relative"}, "tokenTypes": []string{}, "tokenModifiers": []string{}},
	}}
	if _, err := c.request("initialize", map[string]any{"processId": nil, "rootUri": nil, "capabilities": capabilities}); err != nil {
		return nil, err
	}
	return c, c.notify("initialized", struct{}{})
}

// end ends the server in order.
func (c *client) end() error {
	if _, err := c.request("shutdown", nil); err != nil {
		return err
	}
	if err := c.notify("exit", nil); err != nil {
		return err
	}
	c.in.Close()
	return c.cmd.Wait()
}

func (c *client) read(in *bufio.Reader) {
	err := func() error {
		for {
			header, err := textproto.NewReader(in).ReadMIMEHeader()
			if err != nil {
				return err
			}
			size, err := strconv.Atoi(header.Get("Content-Length"))
			if err != nil {
				return err
			}
			body := make([]byte, size)
			if _, err := io.ReadFull(in, body); err != nil {
				return err
			}
			var m struct {
				ID     json.RawMessage
				Method string
				answer
			}
			if err := json.Unmarshal(body, &m); err != nil {
				return err
			}
			if m.Method != "" {
				if m.ID != nil {
					// What the server asks an editor for, this one does not know.
					if err := c.write(map[string]any{"jsonrpc": "2.0", "id": m.ID, "result": nil}); err != nil {
						return err
					}
				}
				continue
			}
			id, _ := strconv.Atoi(string(m.ID))
			c.mu.Lock()
			to := c.waiting[id]
			delete(c.waiting, id)
			c.mu.Unlock()
			if to != nil {
				to <- m.answer
			}
		}
	}()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = fmt.Errorf("the server went away: %w", err)
	for id, to := range c.waiting {
		close(to)
		delete(c.waiting, id)
	}
}

func (c *client) write(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.raw(frame(body))
}

func frame(body []byte) []byte {
	return append(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(body)), body...)
}

// raw writes a frame as it is.
func (c *client) raw(b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.in.Write(b)
	return err
}

func (c *client) notify(method string, params any) error {
	return c.write(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

func (c *client) request(method string, params any) (json.RawMessage, error) {
	to := make(chan answer, 1)
	c.mu.Lock()
	if c.broken != nil {
		defer c.mu.Unlock()
		return nil, c.broken
	}
	c.id++
	id := c.id
	c.waiting[id] = to
	c.mu.Unlock()
	if err := c.write(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params}); err != nil {
		return nil, err
	}
	select {
	case a, ok := <-to:
		switch {
		case !ok:
			return nil, fmt.Errorf("%s: the server went away", method)
		case a.Error != nil:
			return nil, fmt.Errorf("%s: %s", method, a.Error.Message)
		}
		return a.Result, nil
	case <-time.After(patience):
		return nil, fmt.Errorf("%s: no answer in %v", method, patience)
	}
}
