package shop

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"os"
)

// KeyLog is the file that SSLKEYLOGFILE names, nil without one: Go programs write TLS secrets only where they are told to.
func KeyLog() io.Writer {
	path := os.Getenv("SSLKEYLOGFILE")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		log.Fatal(err)
	}
	return file
}

// ClientTLS trusts the CA of this file, or any certificate without one; max is "1.2" or empty.
func ClientTLS(ca, max string) *tls.Config {
	config := &tls.Config{KeyLogWriter: KeyLog(), ServerName: "localhost", InsecureSkipVerify: ca == ""}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			log.Fatal(err)
		}
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM(pem)
	}
	if max == "1.2" {
		config.MaxVersion = tls.VersionTLS12
	}
	return config
}
