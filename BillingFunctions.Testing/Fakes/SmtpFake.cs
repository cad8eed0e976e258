using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace BillingFunctions.Testing.Fakes;

/// <summary>A mail server that keeps what it gets, and misbehaves as it is told.</summary>
internal sealed class SmtpFake : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<int, SmtpFault?>? _faultOf;
    private readonly X509Certificate2? _certificate;
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sessions;

    /// <param name="faultOf">What goes wrong in the n-th session, from 1; nothing when it is null or returns null.</param>
    /// <param name="port">Where it listens; 0 for any free port.</param>
    /// <param name="certificate">The server offers STARTTLS with it; null for a server without TLS.</param>
    public SmtpFake(Func<int, SmtpFault?>? faultOf = null, int port = 0, X509Certificate2? certificate = null)
    {
        (_faultOf, _certificate, _listener) = (faultOf, certificate, new TcpListener(IPAddress.Loopback, port));
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whole mails that were accepted, headers and body. A mail is here before its sender gets an answer.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    /// <summary>The mails as their readers see them.</summary>
    public IReadOnlyList<ReceivedMail> Received => [.. Mails.Select(ReceivedMail.Parse)];

    /// <summary>Every command line, in order of arrival.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>Waits until a session hangs.</summary>
    public Task HangingAsync(CancellationToken cancellationToken) => _hanging.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, cancellationToken);

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = ServeAsync(client, Interlocked.Increment(ref _sessions));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using var connection = client;
        try
        {
            await using var session = new Session(this, client.GetStream(), _faultOf?.Invoke(number), _stopping.Token);
            await session.RunAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException or SmtpHangUpException
            or System.Security.Authentication.AuthenticationException)
        {
        }
    }

    private sealed class Session(SmtpFake sink, Stream stream, SmtpFault? fault, CancellationToken stopping) : IAsyncDisposable
    {
        private Stream _stream = stream;
        private StreamReader _reader = new(stream, Encoding.UTF8, leaveOpen: true);

        public ValueTask DisposeAsync() => _stream.DisposeAsync();

        public async Task RunAsync()
        {
            await AnswerAsync(SmtpMoment.Greeting, "220 sink");
            while (await _reader.ReadLineAsync(stopping) is { } line)
            {
                sink.Commands.Enqueue(line);
                Task answered = Verb(line) switch
                {
                    "EHLO" => AnswerAsync(SmtpMoment.Hello, sink._certificate is null || _stream is SslStream ? "250 sink" : "250-sink\r\n250 STARTTLS"),
                    "STARTTLS" => StartTlsAsync(),
                    "MAIL" => AnswerAsync(SmtpMoment.Sender, "250 OK"),
                    "RCPT" => AnswerAsync(SmtpMoment.Recipient, "250 OK"),
                    "DATA" => TakeMailAsync(),
                    "QUIT" => AnswerAsync(SmtpMoment.Quit, "221 bye"),
                    _ => WriteAsync("500 what?"),
                };
                await answered;
            }
        }

        private async Task StartTlsAsync()
        {
            await WriteAsync("220 go on");
            var secure = new SslStream(_stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = sink._certificate }, stopping);
            (_stream, _reader) = (secure, new StreamReader(secure, Encoding.UTF8, leaveOpen: true));
        }

        private async Task TakeMailAsync()
        {
            if (!await AnswerAsync(SmtpMoment.Data, "354 go on"))
            {
                return;
            }

            if (fault?.Moment == SmtpMoment.Content)
            {
                await ReadUntilAsync("");
                await ReadUntilAsync("");
                await MisbehaveAsync();
            }

            var mail = await ReadUntilAsync(".");
            if (fault is not { Moment: SmtpMoment.Dot, KeepsMail: false })
            {
                sink.Mails.Enqueue(mail);
            }

            if (await AnswerAsync(SmtpMoment.Dot, "250 OK") && fault?.Moment == SmtpMoment.Quit && fault.Reply is null)
            {
                // The next thing the client says is QUIT; it finds nobody.
                await MisbehaveAsync();
            }
        }

        private async Task<string> ReadUntilAsync(string end)
        {
            var lines = new StringBuilder();
            while (await _reader.ReadLineAsync(stopping) is var line && line != end)
            {
                lines.Append(line ?? throw new SmtpHangUpException()).Append('\n');
            }

            return lines.ToString();
        }

        /// <returns>Whether the answer was the one that is right.</returns>
        private async Task<bool> AnswerAsync(SmtpMoment moment, string right)
        {
            if (fault?.Moment != moment)
            {
                await WriteAsync(right);
                return true;
            }

            if (fault.Reply is null)
            {
                await MisbehaveAsync();
            }

            await WriteAsync(fault.Reply ?? right);
            return fault.Reply is null;
        }

        private async Task MisbehaveAsync()
        {
            if (fault!.Hangs)
            {
                sink._hanging.TrySetResult();
                await Task.Delay(fault.HangsFor, TimeProvider.System, stopping);
                if (fault.HangsFor != Timeout.InfiniteTimeSpan)
                {
                    return;
                }
            }

            throw new SmtpHangUpException();
        }

        private Task WriteAsync(string line) => _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), stopping).AsTask();

        private static string Verb(string line) => line.Split(' ', ':')[0].ToUpperInvariant();
    }

    private sealed class SmtpHangUpException : Exception;
}
