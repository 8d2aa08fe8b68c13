using System.CommandLine;
using System.Text.RegularExpressions;
using SelfInstruct.Cli.Commands;
using SelfInstruct.Postgres;
using YamlDotNet.RepresentationModel;

namespace SelfInstruct.Tests.Deployment;

/// <summary>The manifests of deploy/kubernetes against what the Kubernetes API (1.33) says of their kinds, and against the command line.</summary>
public sealed partial class KubernetesManifestTests
{
    static readonly IReadOnlyList<Manifest> All = Manifest.ReadAll();

    static readonly Dictionary<string, string> ApiVersions = new()
    {
        ["ConfigMap"] = "v1",
        ["Job"] = "batch/v1",
        ["NetworkPolicy"] = "networking.k8s.io/v1",
        ["PersistentVolumeClaim"] = "v1",
        ["Secret"] = "v1",
    };

    /// <summary>Fields of the objects that are used here; ! marks those that the API demands. Objects that are not here, as labels, hold anything.</summary>
    static readonly Dictionary<string, string> Fields = new()
    {
        ["ConfigMap"] = "apiVersion! kind! metadata! data binaryData immutable",
        ["Secret"] = "apiVersion! kind! metadata! type data stringData immutable",
        ["PersistentVolumeClaim"] = "apiVersion! kind! metadata! spec!",
        ["PersistentVolumeClaim.spec"] = "accessModes! resources! storageClassName volumeMode volumeName selector dataSource",
        ["PersistentVolumeClaim.spec.resources"] = "requests! limits",
        ["NetworkPolicy"] = "apiVersion! kind! metadata! spec!",
        ["NetworkPolicy.spec"] = "podSelector! policyTypes ingress egress",
        ["NetworkPolicy.spec.podSelector"] = "matchLabels matchExpressions",
        ["NetworkPolicy.spec.egress"] = "ports to",
        ["NetworkPolicy.spec.egress.to"] = "podSelector namespaceSelector ipBlock",
        ["NetworkPolicy.spec.egress.ports"] = "port protocol endPort",
        ["Job"] = "apiVersion! kind! metadata! spec!",
        ["Job.spec"] = "template! activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy suspend ttlSecondsAfterFinished",
        ["Job.spec.podFailurePolicy"] = "rules!",
        ["Job.spec.podFailurePolicy.rules"] = "action! onExitCodes onPodConditions",
        ["Job.spec.podFailurePolicy.rules.onExitCodes"] = "containerName operator! values!",
        ["Job.spec.podFailurePolicy.rules.onPodConditions"] = "type! status!",
        ["Job.spec.template"] = "metadata spec!",
        ["Job.spec.template.metadata"] = "labels annotations",
        ["Job.spec.template.spec"] = "containers! restartPolicy! initContainers volumes securityContext terminationGracePeriodSeconds automountServiceAccountToken serviceAccountName nodeSelector tolerations affinity imagePullSecrets",
        ["Job.spec.template.spec.securityContext"] = "runAsNonRoot runAsUser runAsGroup fsGroup fsGroupChangePolicy seccompProfile supplementalGroups",
        ["Job.spec.template.spec.securityContext.seccompProfile"] = "type! localhostProfile",
        ["Job.spec.template.spec.containers"] = "name! image! args command env envFrom imagePullPolicy ports resources securityContext volumeMounts workingDir",
        ["Job.spec.template.spec.containers.env"] = "name! value valueFrom",
        ["Job.spec.template.spec.containers.env.valueFrom"] = "secretKeyRef configMapKeyRef fieldRef resourceFieldRef",
        ["Job.spec.template.spec.containers.env.valueFrom.secretKeyRef"] = "name! key! optional",
        ["Job.spec.template.spec.containers.resources"] = "requests limits claims",
        ["Job.spec.template.spec.containers.securityContext"] = "allowPrivilegeEscalation capabilities privileged readOnlyRootFilesystem runAsNonRoot runAsUser runAsGroup seccompProfile",
        ["Job.spec.template.spec.containers.securityContext.capabilities"] = "add drop",
        ["Job.spec.template.spec.containers.volumeMounts"] = "name! mountPath! readOnly subPath",
        ["Job.spec.template.spec.volumes"] = "name! configMap emptyDir persistentVolumeClaim secret ephemeral",
        ["Job.spec.template.spec.volumes.configMap"] = "name! items defaultMode optional",
        ["Job.spec.template.spec.volumes.emptyDir"] = "medium sizeLimit",
        ["Job.spec.template.spec.volumes.persistentVolumeClaim"] = "claimName! readOnly",
    };

    static readonly Dictionary<string, Func<Command>> Commands = new() { ["run"] = static () => RunCommands.Create("run"), ["worker"] = StoreCommands.CreateWorker };

    static IEnumerable<Manifest> Jobs => All.Where(static one => one.Kind == "Job");

    [Fact]
    public void There_are_a_run_and_workers_with_their_settings_volume_and_secret() =>
        Assert.Equal(["ConfigMap", "Job", "Job", "NetworkPolicy", "PersistentVolumeClaim", "Secret"], All.Select(static one => one.Kind).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_object_has_the_fields_that_the_API_demands_and_none_that_it_does_not_know() => Assert.All(All, static manifest =>
    {
        Assert.Equal(ApiVersions[manifest.Kind], Manifest.Text(manifest.Root, "apiVersion"));
        Assert.All(manifest.Objects().Where(static one => Fields.ContainsKey(one.Path)), static one =>
        {
            var there = one.Node.Children.Keys.Select(static key => key.ToString()).ToHashSet();
            var fields = Fields[one.Path].Split(' ');
            Assert.Superset(fields.Where(static field => field.EndsWith('!')).Select(static field => field.TrimEnd('!')).ToHashSet(), there);
            Assert.Subset(fields.Select(static field => field.TrimEnd('!')).ToHashSet(), there);
        });
    });

    [Fact]
    public void Names_are_DNS_labels()
    {
        var names = All.SelectMany(static manifest => manifest.Objects())
            .Where(static one => one.Path.EndsWith(".metadata", StringComparison.Ordinal) || one.Path.EndsWith(".containers", StringComparison.Ordinal) || one.Path.EndsWith(".volumes", StringComparison.Ordinal))
            .Select(static one => Manifest.Text(one.Node, "name")).Where(static name => name.Length > 0).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, static name => Assert.Matches(DnsLabel(), name));
    }

    [Fact]
    public void What_is_referred_to_is_there() => Assert.All(Jobs, static job =>
    {
        var pod = Manifest.Find(job.Root, "spec", "template", "spec")!;
        var volumes = Manifest.Items(pod, "volumes");
        Assert.Equal(volumes.Select(static volume => Manifest.Text(volume, "name")).Order(StringComparer.Ordinal), Manifest.Items(job.Container, "volumeMounts").Select(static mount => Manifest.Text(mount, "name")).Order(StringComparer.Ordinal));
        AssertThere("ConfigMap", volumes.Select(static volume => Manifest.Text(volume, "configMap", "name")));
        AssertThere("PersistentVolumeClaim", volumes.Select(static volume => Manifest.Text(volume, "persistentVolumeClaim", "claimName")));
        AssertThere("Secret", Manifest.Items(job.Container, "env").Select(static variable => Manifest.Text(variable, "valueFrom", "secretKeyRef", "name")));
    });

    [Fact]
    public void Secrets_come_from_the_Secret_alone_which_is_empty_here()
    {
        var secret = (YamlMappingNode)All.Single(static one => one.Kind == "Secret").Root["stringData"];
        Assert.All(secret.Children.Values, static value => Assert.Equal("", ((YamlScalarNode)value).Value));
        Assert.All(Jobs, job =>
        {
            var variables = Manifest.Items(job.Container, "env");
            Assert.Equal(secret.Children.Keys.Select(static key => key.ToString()), variables.Select(static one => Manifest.Text(one, "valueFrom", "secretKeyRef", "key")).Where(static key => key.Length > 0));
            Assert.All(variables.Where(static one => Manifest.Find(one, "value") is not null), static one => Assert.DoesNotMatch("PASS|KEY|TOKEN|SECRET", Manifest.Text(one, "name")));
        });
    }

    [Fact]
    public void Containers_have_no_rights_and_a_root_file_system_that_cannot_be_written() => Assert.All(Jobs, static job =>
    {
        Assert.Equal("true", Manifest.Text(job.Root, "spec", "template", "spec", "securityContext", "runAsNonRoot"));
        Assert.NotEqual("0", Manifest.Text(job.Root, "spec", "template", "spec", "securityContext", "runAsUser"));
        Assert.Equal("true", Manifest.Text(job.Container, "securityContext", "readOnlyRootFilesystem"));
        Assert.Equal("false", Manifest.Text(job.Container, "securityContext", "allowPrivilegeEscalation"));
        Assert.Equal("[ ALL ]", Manifest.Find(job.Container, "securityContext", "capabilities", "drop")?.ToString());
        Assert.All((string[])["requests", "limits"], kind => Assert.NotEqual("", Manifest.Text(job.Container, "resources", kind, "memory")));
    });

    [Fact]
    public void Jobs_keep_the_rules_between_their_fields() => Assert.All(Jobs, static job =>
    {
        var spec = job.Root["spec"];
        Assert.Equal("Never", Manifest.Text(spec, "template", "spec", "restartPolicy"));
        Assert.All(Manifest.Items(spec, "podFailurePolicy", "rules"), static rule => Assert.NotEqual(Manifest.Find(rule, "onExitCodes") is null, Manifest.Find(rule, "onPodConditions") is null));
        var isIndexed = Manifest.Text(spec, "completionMode") == "Indexed";
        Assert.Equal(isIndexed, Manifest.Find(spec, "backoffLimitPerIndex") is not null);
        Assert.Equal(isIndexed, Manifest.Find(spec, "completions") is not null);
    });

    [Fact]
    public void Arguments_are_understood_by_the_command_line() => Assert.All(Jobs, static job =>
    {
        var parsed = Commands[job.Arguments[0]]().Parse([.. job.Arguments.Skip(1)]);
        Assert.Empty(parsed.Errors);
        Assert.Equal("verify-full", StoreAddress.Parse(parsed.GetValue<string>("--store")!).Tls["sslmode"]);
    });

    [Fact]
    public void Files_that_arguments_name_lie_in_volumes() => Assert.All(Jobs, static job =>
    {
        var mounts = Manifest.Items(job.Container, "volumeMounts").Select(static mount => Manifest.Text(mount, "mountPath") + "/").ToList();
        Assert.All(job.Arguments.Where(static argument => argument.StartsWith('/')), argument => Assert.Contains(mounts, mount => argument.StartsWith(mount, StringComparison.Ordinal)));
    });

    [Fact]
    public void Settings_are_those_of_a_run()
    {
        using var folder = new TemporaryFolder();
        var settings = folder.In("run.yaml");
        File.WriteAllText(settings, Manifest.Text(All.Single(static one => one.Kind == "ConfigMap").Root, "data", "run.yaml"));
        Assert.True(SelfInstructSettings.ApplyFile(new SelfInstructOptions(), settings).Instructions.RoundsInFlight > 1);
    }

    static void AssertThere(string kind, IEnumerable<string> names) =>
        Assert.Subset(All.Where(one => one.Kind == kind).Select(static one => one.Name).ToHashSet(), names.Where(static name => name.Length > 0).ToHashSet());

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex DnsLabel();
}
