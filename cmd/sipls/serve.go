package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"sipls/server"
)

// serveOptions are the flags of `sipls serve`.
type serveOptions struct {
	logFile         string
	clientProcessID int
}

func serveCommand(std stdio) *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the language server protocol on standard input and output",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), std, o)
		},
	}
	cmd.Flags().Bool("stdio", true, "use standard input and output (the only way there is; accepted because editors give it)")
	cmd.Flags().StringVar(&o.logFile, "log-file", "", "write the server's own log to this file instead of standard error; it never holds text of documents")
	cmd.Flags().IntVar(&o.clientProcessID, "clientProcessId", 0, "end with the process of this number")
	return cmd
}

func serve(ctx context.Context, std stdio, o serveOptions) error {
	if ctx == nil {
		ctx = context.Background()
	}
	var log io.Writer = std.err
	if o.logFile != "" {
		f, err := os.OpenFile(o.logFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return fmt.Errorf("--log-file: %w", err)
		}
		defer f.Close()
		log = f
	}
	// A client that closes its end first must not end the server by a signal: it has files to remove.
	signal.Ignore(syscall.SIGPIPE)
	code := server.New(server.Options{
		Version:   version,
		Log:       slog.New(slog.NewTextHandler(log, nil)),
		ParentPID: o.clientProcessID,
	}).Serve(ctx, pipe{std.in, std.out})
	if code != exitClean {
		return exitError{code: code}
	}
	return nil
}

// pipe joins standard input and output to one stream.
type pipe struct {
	io.Reader
	io.Writer
}

func (p pipe) Close() error {
	var errs []error
	for _, end := range []any{p.Reader, p.Writer} {
		if c, ok := end.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}
