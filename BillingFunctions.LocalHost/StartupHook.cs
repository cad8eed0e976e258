using System.Runtime.InteropServices;

#pragma warning disable MA0047 // The runtime looks for this name outside of every namespace

/// <summary>
/// Runs in the worker before its Main (<c>DOTNET_STARTUP_HOOKS</c>). The host holds the worker's standard input: it ends when the host is
/// gone, however it went, and the worker with it. The worker's own reader of the gRPC stream would not notice.
/// </summary>
internal static partial class StartupHook
{
    public static void Initialize()
    {
        // Ctrl+C reaches every process of the terminal's group at once, but the worker has to serve what the host still drains.
        if (!OperatingSystem.IsWindows())
        {
            _ = SetProcessGroup(0, 0);
        }

        new Thread(ExitWithHost) { IsBackground = true, Name = "Watch the host" }.Start();
    }

    private static void ExitWithHost()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> buffer = stackalloc byte[16];
        while (input.Read(buffer) > 0)
        {
        }

        Environment.Exit(0);
    }

    [LibraryImport("libc", EntryPoint = "setpgid")]
    private static partial int SetProcessGroup(int process, int group);
}
