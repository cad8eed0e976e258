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
    private readonly bool _isSecureFromTheStart;
    private readonly string[] _offers;
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sessions;
    private int _openSessions;

    /// <param name="faultOf">What goes wrong in the n-th session, from 1; nothing when it is null or returns null.</param>
    /// <param name="port">Where it listens; 0 for any free port.</param>
    /// <param name="certificate">The server offers STARTTLS with it; null for a server without TLS.</param>
    /// <param name="isSecureFromTheStart">Whether it speaks TLS from the first byte on, instead of offering STARTTLS.</param>
    /// <param name="offers">What its answer to <c>EHLO</c> offers besides, such as <c>SMTPUTF8</c>.</param>
    /// <param name="address">The loopback address that it listens at; 127.0.0.1 when null.</param>
    public SmtpFake(
        Func<int, SmtpFault?>? faultOf = null, int port = 0, X509Certificate2? certificate = null, bool isSecureFromTheStart = false, string[]? offers = null, IPAddress? address = null)
    {
        (_faultOf, _certificate, _isSecureFromTheStart, _offers) = (faultOf, certificate, isSecureFromTheStart, offers ?? []);
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
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

    /// <summary>Every line after a yes to <c>DATA</c>, of mails that were never ended too.</summary>
    public ConcurrentQueue<string> ContentLines { get; } = new();

    /// <summary>Whether a client has begun TLS, whatever came of it.</summary>
    public bool HasMetTls { get; private set; }

    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>Sessions whose connection is open.</summary>
    public int OpenSessions => Volatile.Read(ref _openSessions);

    /// <summary>Waits until a session hangs.</summary>
    public Task HangingAsync(CancellationToken cancellationToken) => _hanging.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, cancellationToken);

    /// <summary>Lets sessions that hang go on as if nothing had been, those that come to hang included.</summary>
    public void Release() => _released.TrySetResult();

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
        Interlocked.Increment(ref _openSessions);
        try
        {
            await using var session = new Session(this, client.GetStream(), _faultOf?.Invoke(number), _stopping.Token);
            await session.RunAsync();
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException or SmtpHangUpException
            or System.Security.Authentication.AuthenticationException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _openSessions);
        }
    }

    private sealed class Session(SmtpFake sink, Stream stream, SmtpFault? fault, CancellationToken stopping) : IAsyncDisposable
    {
        private Stream _stream = stream;
        private StreamReader _reader = new(stream, Encoding.UTF8, leaveOpen: true);

        public ValueTask DisposeAsync() => _stream.DisposeAsync();

        public async Task RunAsync()
        {
            if (sink._isSecureFromTheStart)
            {
                await SecureAsync();
            }

            await AnswerAsync(SmtpMoment.Greeting, "220 sink");
            while (await _reader.ReadLineAsync(stopping) is { } line)
            {
                sink.Commands.Enqueue(line);
                Task answered = Verb(line) switch
                {
                    "EHLO" => AnswerAsync(SmtpMoment.Hello, Offers()),
                    "HELO" => AnswerAsync(SmtpMoment.Hello, "250 sink"),
                    "AUTH" => AuthenticateAsync(line.Split(' ')),
                    "RSET" => WriteAsync("250 OK"),
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

        private string Offers()
        {
            string[] lines = ["sink", .. sink._certificate is null || _stream is SslStream ? Array.Empty<string>() : ["STARTTLS"], .. sink._offers];
            return string.Join("\r\n", lines.Select((line, at) => $"250{(at == lines.Length - 1 ? ' ' : '-')}{line}"));
        }

        /// <summary>Takes any user and password, as PLAIN or LOGIN, in one line or several.</summary>
        private async Task AuthenticateAsync(string[] command)
        {
            for (var lines = command.Length - 1; lines < (command[1] == "LOGIN" ? 3 : 2); lines++)
            {
                await WriteAsync("334 ");
                await _reader.ReadLineAsync(stopping);
            }

            await AnswerAsync(SmtpMoment.Authentication, "235 welcome");
        }

        private async Task StartTlsAsync()
        {
            await WriteAsync("220 go on");
            await SecureAsync();
        }

        private async Task SecureAsync()
        {
            var secure = new SslStream(_stream);
            ServerOptionsSelectionCallback onHello = (_, _, _, _) =>
            {
                sink.HasMetTls = true;
                return ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = sink._certificate });
            };
            await secure.AuthenticateAsServerAsync(onHello, state: null, stopping);
            (_stream, _reader) = (secure, new StreamReader(secure, Encoding.UTF8, leaveOpen: true));
        }

        private async Task TakeMailAsync()
        {
            if (!await AnswerAsync(SmtpMoment.Data, "354 go on"))
            {
                return;
            }

            var begun = "";
            if (fault?.Moment == SmtpMoment.Content)
            {
                begun = $"{await ReadUntilAsync("")}\n{await ReadUntilAsync("")}\n";
                await MisbehaveAsync();
            }

            var mail = begun + await ReadUntilAsync(".");
            if (fault is not { Moment: SmtpMoment.Dot, KeepsMail: false, IsRight: false })
            {
                sink.Mails.Enqueue(mail);
            }

            if (await AnswerAsync(SmtpMoment.Dot, "250 OK") && fault is { Moment: SmtpMoment.Quit, Reply: null, Hangs: false })
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
                sink.ContentLines.Enqueue(line);
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

            if (fault.Reply is null || fault.Hangs)
            {
                await MisbehaveAsync();
            }

            await WriteAsync(fault.Reply ?? right);
            return fault.ThenHangsUp ? throw new SmtpHangUpException() : fault.Reply is null || fault.IsRight;
        }

        private async Task MisbehaveAsync()
        {
            if (fault!.Hangs)
            {
                sink._hanging.TrySetResult();
                await Task.WhenAny(Task.Delay(fault.HangsFor, TimeProvider.System, stopping), sink._released.Task);
                stopping.ThrowIfCancellationRequested();
                return;
            }

            throw new SmtpHangUpException();
        }

        private Task WriteAsync(string line) => _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), stopping).AsTask();

        private static string Verb(string line) => line.Split(' ', ':')[0].ToUpperInvariant();
    }

    private sealed class SmtpHangUpException : Exception;
}
