using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Architecture;

namespace BillingFunctions.Tests.Platform.OpenApi;

/// <summary>The code blocks of docs/api.md as one script, run by bash as a reader would run them.</summary>
internal static partial class ApiGuide
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    /// <summary>Writes down what each call of curl has come to, with what is expected of it.</summary>
    private const string Recorder = """
        set -euo pipefail
        EXPECT=
        curl() {
          local call
          call=$(mktemp "$CALLS/XXXXXX")
          command curl -sS --max-time 60 -o "$call.body" -w '%{method} %{url_effective} %{http_code} %{content_type}\n' "$@" > "$call.meta"
          echo "$EXPECT" >> "$call.meta"
          touch "$call.body"
          cat "$call.body"
        }

        """;

    public static string Text { get; } = File.ReadAllText(Path.Combine(Repository.Root, "docs", "api.md"));

    /// <summary>Runs it against an app.</summary>
    /// <returns>The exit code with what was written to the standard error, and the calls with the statuses that the guide names, none for any 2xx.</returns>
    public static async Task<(int ExitCode, string Errors, IReadOnlyList<(ApiCall Call, IReadOnlyList<int> Expected)> Calls)> RunAsync(Uri app)
    {
        using var folder = new TemporaryFolder();
        var calls = Directory.CreateDirectory(Path.Combine(folder.Path, "calls")).FullName;
        var script = Path.Combine(folder.Path, "guide.sh");
        await File.WriteAllTextAsync(script, Recorder + Script());
        var start = new ProcessStartInfo("bash", [script]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        (start.Environment["APP"], start.Environment["CALLS"]) = (app.ToString().TrimEnd('/'), calls);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        var last = (await output)[^Math.Min(500, (await output).Length)..];
        return (process.ExitCode, $"{await errors}\nThe last output: {last}", [.. Directory.EnumerateFiles(calls, "*.meta").Select(Read)]);
    }

    private static string Script()
    {
        var script = new StringBuilder();
        foreach (var line in Block().Matches(Text).SelectMany(block => block.Groups["code"].Value.Split('\n')))
        {
            var expected = Expectation().Match(line);
            script.Append(expected.Success ? $"EXPECT='{expected.Groups["statuses"].Value.Replace(" or ", " ", StringComparison.Ordinal)}'\n{line}\nEXPECT=\n" : $"{line}\n");
        }

        return script.ToString();
    }

    private static (ApiCall Call, IReadOnlyList<int> Expected) Read(string file)
    {
        var lines = File.ReadAllLines(file);
        var parts = lines[0].Split(' ');
        var body = File.ReadAllText(Path.ChangeExtension(file, ".body"));
        var call = new ApiCall(parts[0], new Uri(parts[1]), int.Parse(parts[2], CultureInfo.InvariantCulture), parts[3].Split(';')[0], body);
        return (call, [.. lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(status => int.Parse(status, CultureInfo.InvariantCulture))]);
    }

    [GeneratedRegex(@"^```sh\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();

    [GeneratedRegex(@"\bcurl\b.*#\s*(?<statuses>\d{3}( or \d{3})*):", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expectation();
}
