using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SelfInstruct.LocalModels.Formats;
using SelfInstruct.LocalModels.Hub;
using SelfInstruct.Models;

namespace SelfInstruct.Tests.LocalModels;

public sealed class HubFetchTests : IDisposable
{
    const int Timeout = 60_000;
    const string Commit = "0123456789abcdef0123456789abcdef01234567";

    readonly TemporaryFolder cache = new();
    readonly HubServer hub = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        hub.Dispose();
        cache.Dispose();
    }

    [Fact(Timeout = Timeout)]
    public async Task A_model_of_the_hub_is_fetched_into_the_usual_layout_and_opens()
    {
        var model = InferenceModels.Variant("grouped queries");
        hub.Serve(model);
        var folder = await Fetch("hf://owner/tiny");
        Assert.Equal(Path.Combine(cache.FolderPath, "models--owner--tiny", "snapshots", Commit), folder);
        Assert.Equal(Commit, File.ReadAllText(Path.Combine(cache.FolderPath, "models--owner--tiny", "refs", "main")));
        var link = new FileInfo(Path.Combine(folder, "model.safetensors")).LinkTarget;
        Assert.Equal(Path.Combine("..", "..", "blobs", Convert.ToHexStringLower(SHA256.HashData(hub.Files["model.safetensors"]))), link);
        using var stored = HuggingFaceFolder.Open(folder);
        Assert.Equal(model.Weights.Layers[1].Key, stored.Tensors.Load().Layers[1].Key);
        Assert.DoesNotContain(hub.Requests, request => request.Contains("README.md", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task What_is_there_is_not_fetched_again_and_serves_offline()
    {
        hub.Serve(InferenceModels.Variant("plain"));
        var folder = await Fetch("hf://owner/tiny@main");
        hub.Requests.Clear();
        Assert.Equal(folder, await Fetch("hf://owner/tiny"));
        Assert.Single(hub.Requests);
        Assert.Equal(folder, await Fetch("hf://owner/tiny", offline: true));
        Assert.Equal(folder, await Fetch($"hf://owner/tiny@{Commit}", offline: true));
        Assert.Single(hub.Requests);
        Assert.Contains("HF_HUB_OFFLINE", (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch("hf://owner/other", offline: true))).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_transfer_that_broke_off_goes_on_where_it_was()
    {
        hub.Serve(InferenceModels.Variant("plain"));
        hub.CutOnce["model.safetensors"] = 10_000;
        await Fetch("hf://owner/tiny");
        Assert.Contains(hub.Requests, request => request.EndsWith("model.safetensors bytes=10000-", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task A_partial_file_of_an_earlier_run_is_continued()
    {
        hub.Serve(InferenceModels.Variant("plain"));
        var whole = hub.Files["model.safetensors"];
        var blobs = Directory.CreateDirectory(Path.Combine(cache.FolderPath, "models--owner--tiny", "blobs"));
        File.WriteAllBytes(Path.Combine(blobs.FullName, Convert.ToHexStringLower(SHA256.HashData(whole)) + ".incomplete"), whole[..5000]);
        await Fetch("hf://owner/tiny");
        Assert.Contains(hub.Requests, request => request.EndsWith("model.safetensors bytes=5000-", StringComparison.Ordinal));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    public async Task A_file_that_is_not_what_was_announced_is_deleted_and_named(string name)
    {
        hub.Serve(InferenceModels.Variant("plain"));
        hub.Corrupt = name;
        var error = await Assert.ThrowsAsync<ModelException>(() => Fetch("hf://owner/tiny"));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(cache.FolderPath, "*.incomplete", SearchOption.AllDirectories));
        hub.Corrupt = null;
        await Fetch("hf://owner/tiny");
    }

    [Fact(Timeout = Timeout)]
    public async Task Two_at_once_fetch_each_file_once()
    {
        hub.Serve(InferenceModels.Variant("plain"));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Fetch("hf://owner/tiny")));
        Assert.Single(hub.Requests, request => request.Contains("model.safetensors", StringComparison.Ordinal));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(401, "HF_TOKEN")]
    [InlineData(404, "no revision main")]
    public async Task A_refusal_of_the_hub_is_told_with_a_remedy(int status, string expected)
    {
        hub.Status = status;
        Assert.Contains(expected, (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch("hf://owner/tiny"))).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_hub_that_is_away_is_told_with_the_way_to_an_older_copy()
    {
        hub.Serve(InferenceModels.Variant("plain"));
        await Fetch("hf://owner/tiny");
        hub.Status = 503;
        Assert.Contains("HF_HUB_OFFLINE=1", (await Assert.ThrowsAsync<ModelException>(() => Fetch("hf://owner/tiny"))).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task The_token_goes_to_the_hub_and_into_no_file()
    {
        hub.Serve(InferenceModels.Variant("plain"));
        await Fetch("hf://owner/tiny", token: "hf_secret");
        Assert.All(hub.Authorizations, authorization => Assert.Equal("Bearer hf_secret", authorization));
        Assert.All(
            Directory.EnumerateFiles(cache.FolderPath, "*", SearchOption.AllDirectories),
            file => Assert.DoesNotContain("hf_secret", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hf://tiny")]
    [InlineData("hf://owner/tiny@")]
    [InlineData("hf://owner/tiny@refs/../../x")]
    [InlineData("hf://../tiny")]
    [InlineData("hf://owner/tiny/more")]
    public void What_is_no_address_is_refused(string text) => Assert.Throws<InvalidDataException>(() => HubAddress.Parse(text));

    [Fact]
    public void The_environment_names_places_as_for_other_tools()
    {
        Assert.Equal(Path.Combine("/a", "hub"), Environment(("HF_HOME", "/a")).CacheFolder);
        Assert.Equal("/b", Environment(("HF_HOME", "/a"), ("HF_HUB_CACHE", "/b")).CacheFolder);
        Assert.Equal(Path.Combine("/c", "huggingface", "hub"), Environment(("XDG_CACHE_HOME", "/c")).CacheFolder);
        Assert.True(Environment(("HF_HUB_OFFLINE", "1")).IsOffline);
        Assert.Equal("https://huggingface.co/", Environment().Endpoint.AbsoluteUri);
        Assert.Throws<InvalidDataException>(() => Environment(("HF_ENDPOINT", "mirror")));

        static HubOptions Environment(params (string Name, string Value)[] set) =>
            HubOptions.FromEnvironment(name => Array.Find(set, pair => pair.Name == name).Value);
    }

    async Task<string> Fetch(string address, bool offline = false, string? token = null)
    {
        using var http = new HttpClient();
        return await new HubFetch(http, new HubOptions(hub.Address, cache.FolderPath, token, offline), TimeProvider.System, notices: null).FetchAsync(HubAddress.Parse(address), Token);
    }

    /// <summary>The two routes of the hub that a fetch uses, with what may go wrong there.</summary>
    sealed class HubServer : IDisposable
    {
        readonly HttpListener listener = new();

        public HubServer()
        {
            using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
            probe.Stop();
            listener.Prefixes.Add(Address.AbsoluteUri);
            listener.Start();
            _ = ServeAsync();
        }

        public Uri Address { get; }

        public Dictionary<string, byte[]> Files { get; } = [];

        /// <summary>Path and range of each.</summary>
        public ConcurrentBag<string> Requests { get; } = [];

        public ConcurrentBag<string?> Authorizations { get; } = [];

        public ConcurrentDictionary<string, int> CutOnce { get; } = [];

        public string? Corrupt { get; set; }

        public int Status { get; set; } = 200;

        public void Serve(ModelFile model)
        {
            using var folder = new TemporaryFolder();
            HuggingFaceFolder.Write(folder.FolderPath, model, SafetensorsType.F32);
            foreach (var path in Directory.EnumerateFiles(folder.FolderPath))
            {
                Files[Path.GetFileName(path)] = File.ReadAllBytes(path);
            }

            Files["README.md"] = "# tiny"u8.ToArray();
        }

        public void Dispose() => listener.Close();

        async Task ServeAsync()
        {
            while (listener.IsListening)
            {
                try
                {
                    _ = AnswerAsync(await listener.GetContextAsync());
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }

        async Task AnswerAsync(HttpListenerContext context)
        {
            var path = context.Request.Url!.AbsolutePath;
            Requests.Add($"{path} {context.Request.Headers["Range"]}");
            Authorizations.Add(context.Request.Headers["Authorization"]);
            context.Response.StatusCode = Status;
            if (Status == 200)
            {
                await context.Response.OutputStream.WriteAsync(path.StartsWith("/api/", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(Listing()) : Part(context, Path.GetFileName(path)));
            }

            context.Response.Close();
        }

        /// <summary>A transfer cut short is an answer that ends early.</summary>
        byte[] Part(HttpListenerContext context, string name)
        {
            var bytes = (byte[])Files[name].Clone();
            if (name == Corrupt)
            {
                bytes[^1] ^= 1;
            }

            if (context.Request.Headers["Range"] is { } range)
            {
                var from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
                context.Response.StatusCode = 206;
                context.Response.Headers["Content-Range"] = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
                bytes = bytes[from..];
            }

            return CutOnce.TryRemove(name, out var length) ? bytes[..length] : bytes;
        }

        string Listing() => $$"""{"sha":"{{Commit}}","siblings":[{{string.Join(',', Files.Select(file => Entry(file.Key, file.Value)))}}]}""";

        static string Entry(string name, byte[] bytes)
        {
#pragma warning disable CA5350 // Git's choice.
            var git = Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
#pragma warning restore CA5350
            var large = name.EndsWith(".safetensors", StringComparison.Ordinal)
                ? $$""","lfs":{"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(bytes))}}","size":{{bytes.Length}},"pointerSize":130}"""
                : "";
            return $$"""{"rfilename":"{{name}}","size":{{bytes.Length}},"blobId":"{{git}}"{{large}}}""";
        }
    }
}
