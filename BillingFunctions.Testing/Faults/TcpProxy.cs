using System.Net;
using System.Net.Sockets;

namespace BillingFunctions.Testing.Faults;

/// <summary>Stands before a service of any protocol: some connections are refused, delayed, or cut after some bytes of either direction.</summary>
internal sealed class TcpProxy : IDisposable
{
    /// <summary>In the middle of a mail, at most.</summary>
    private const int MostSent = 4_000;

    /// <summary>In the middle of a mail server's answers, at most: the last one is that the mail is accepted.</summary>
    private const int MostReceived = 200;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _service;
    private readonly Chaos _chaos;

    /// <param name="service">The port of the service on 127.0.0.1.</param>
    /// <param name="chaos">What goes wrong.</param>
    public TcpProxy(int service, Chaos chaos)
    {
        (_service, _chaos) = (service, chaos);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

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
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using var client = accepted;
        var (sends, receives) = Fate();
        try
        {
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _service, _stopping.Token);
            await Task.WhenAny(CopyAsync(client, server, sends), CopyAsync(server, client, receives));

            // A reset: nothing that is still on its way arrives.
            (client.LingerState, server.LingerState) = (new LingerOption(true, 0), new LingerOption(true, 0));
        }
        catch (Exception gone) when (gone is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    /// <returns>How many bytes pass from client to server, and back, before the connection is cut.</returns>
    private (int Sends, int Receives) Fate()
    {
        if (_chaos.IsOut)
        {
            return (0, 0);
        }

        if (_chaos.Next() >= _chaos.Rate)
        {
            return (int.MaxValue, int.MaxValue);
        }

        _chaos.Count("cut");
        var at = _chaos.Next();
        return _chaos.Next() < 0.5 ? ((int)(at * MostSent), int.MaxValue) : (int.MaxValue, (int)(at * MostReceived));
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, int left)
    {
        var buffer = new byte[4_096];
        while (left > 0)
        {
            var read = await from.GetStream().ReadAsync(buffer, _stopping.Token);
            if (read == 0)
            {
                // The other direction may still have something to say.
                to.Client.Shutdown(SocketShutdown.Send);
                await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, _stopping.Token);
                return;
            }

            var pass = Math.Min(read, left);
            await to.GetStream().WriteAsync(buffer.AsMemory(0, pass), _stopping.Token);
            left -= pass;
        }
    }
}
