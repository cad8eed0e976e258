using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace BillingFunctions.LocalHost.Services.Processes;

/// <summary>Ports of this machine.</summary>
internal static class LocalPorts
{
    /// <summary>Whether something listens on the port.</summary>
    public static bool IsTaken(int port)
        => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port);

    /// <summary>The port wanted, so that an address stays the same from run to run, or any free one when it is taken.</summary>
    public static int Choose(int wanted) => IsTaken(wanted) ? Free() : wanted;

    private static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
